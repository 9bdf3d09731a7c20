import { faultOf, readOneValue } from "#core/protocol/serde-json-error.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import { blankRepeatedMembers, documentMembers } from "./document-members.ts"
import { keyLevels } from "./primary-key.ts"

/** A document's id in its normal form (integers as decimal text), or the failure of the whole task. */
export type DocumentId =
  { readonly tag: "id"; readonly id: string } | { readonly tag: "failed"; readonly error: ErrorBody }

/**
 * What becomes of a name that an object has twice. One node reads NDJSON as it is (two ids are too many), the items of a
 * list after keeping the last of their own members, and a single object after keeping the last on every level.
 */
export type RepeatedNames = "all-count" | "last-counts" | "last-counts-on-every-level"

/**
 * Reads the id with all the care that the fast pass cannot take: nested keys, escapes, repeated names, mistakes.
 * Overwrites repeated members in `document` where the last one counts. Source: Meilisearch v1.21.0, measured.
 */
export const readDocumentId = (document: Uint8Array, key: string, repeated: RepeatedNames): DocumentId => {
  const outcome = findId(document, key, repeated)
  if (outcome.tag === "id" || outcome.tag === "failed") return outcome
  const printed = printValue(document)
  if (printed.tag === "failed") return printed
  return outcome.tag === "none"
    ? failed("missing_document_id", `Document doesn't have a \`${key}\` attribute: \`${printed.text}\`.`)
    : failed("invalid_document_id", `Document have too many matching \`${key}\` attribute: \`${printed.text}\`.`)
}

/** The id at `start`, if it is written plainly: a string of id characters or an integer of few digits; else null. */
export const readPlainId = (bytes: Uint8Array, start: number, end: number): string | null => {
  const isString = bytes[start] === 0x22
  const from = isString ? start + 1 : start
  const to = isString ? end - 1 : end
  if (to === from || to - from > (isString ? plainCharactersMax : plainDigitsMax)) return null
  let id = ""
  for (let index = from; index < to; index++) {
    const byte = bytes[index] ?? 0
    if (isString ? idBytes[byte] !== 1 : byte < 0x30 || byte > 0x39) return null
    id += characters[byte]
  }
  return id
}

const idPattern = /^[A-Za-z0-9_-]{1,511}$/
/** Longer ids go the careful way; both find the same. */
const plainCharactersMax = 64
/** Any integer of so many digits fits 64 bits. */
const plainDigitsMax = 18
const idBytes = new Uint8Array(256)
const characters: Array<string> = []
for (let byte = 0; byte < 128; byte++) {
  const character = String.fromCharCode(byte)
  characters.push(character)
  if (idPattern.test(character)) idBytes[byte] = 1
}

type Failed = { readonly tag: "failed"; readonly error: ErrorBody }
type Outcome = DocumentId | { readonly tag: "none" } | { readonly tag: "too-many" }

const findId = (object: Uint8Array, key: string, repeated: RepeatedNames): Outcome => {
  const levels = keyLevels(key)
  const names = levels.map(({ name }) => name)
  if (repeated !== "all-count") blankRepeatedMembers(object, names)
  const below = repeated === "last-counts-on-every-level" ? repeated : "all-count"
  let found: Outcome = { tag: "none" }
  for (const member of documentMembers(object)) {
    const level = levels.find(({ name }) => name === member.name)
    if (level === undefined) continue
    const outcome = level.rest === "" ? judgeId(member.value) : findNestedId(member.value, level.rest, below)
    if (outcome.tag === "none") continue
    if (outcome.tag !== "id") return outcome
    if (found.tag === "id") return { tag: "too-many" }
    found = outcome
  }
  return found
}

/** Lists are not searched, and what is no object has no members: that is no mistake by itself. */
const findNestedId = (value: Uint8Array, key: string, repeated: RepeatedNames): Outcome => {
  if (value[0] !== 0x7b) return { tag: "none" }
  let outcome: Outcome = { tag: "none" }
  const fault = faultOf(() => {
    outcome = findId(value, key, repeated)
  })
  return fault === null ? outcome : failed("internal", fault.message)
}

const judgeId = (value: Uint8Array): DocumentId => {
  const printed = printValue(value)
  if (printed.tag === "failed") return printed
  const text = printed.text
  // Only an exact integer is printed like this: a double has a point or an exponent.
  if (/^-?[0-9]+$/.test(text)) return { tag: "id", id: text }
  const id = text.startsWith('"') ? (JSON.parse(text) as string) : ""
  if (idPattern.test(id)) return { tag: "id", id }
  return failed(
    "invalid_document_id",
    `Document identifier \`${text}\` is invalid. A document identifier can be of type integer or string, only composed of alphanumeric characters (a-z A-Z 0-9), hyphens (-) and underscores (_), and can not be more than 511 bytes.`,
  )
}

/** The value as messages show it. The engine crashes when it cannot read the value that it is about to show. */
const printValue = (value: Uint8Array): { readonly tag: "printed"; readonly text: string } | Failed => {
  let text = ""
  const fault = faultOf(() => {
    text = readOneValue({ bytes: value, index: 0 })
  })
  if (fault === null) return { tag: "printed", text }
  const rustError = `Error("${fault.reason}", line: ${fault.line}, column: ${fault.column})`
  return failed(
    "internal",
    `An unexpected crash occurred when processing the task: called \`Result::unwrap()\` on an \`Err\` value: ${rustError}`,
  )
}

const failed = (code: string, message: string): Failed => ({ tag: "failed", error: errorBody(code, message) })
