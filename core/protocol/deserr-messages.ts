import type { Json } from "#core/prelude/json.ts"
import { unreachable } from "#core/prelude/unreachable.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { editDistance } from "./edit-distance.ts"

// The texts with which Meilisearch refuses the shape of a request (compared with v1.21.0). Which code belongs to a
// text is the caller's knowledge: `bad_request` for unknown names, else the code of the field.

/** Where the mistake is. The path of a body is `""` at its top, else like `.queries[2].q`. */
export type Place =
  | { readonly tag: "body"; readonly path: string }
  /** `uids`, or `uids[1]` for a member of a list with several. */
  | { readonly tag: "query"; readonly parameter: string }

export type JsonKind =
  | "null"
  | "a boolean"
  | "a positive integer"
  | "a negative integer"
  | "an integer"
  | "a number"
  | "a string"
  | "an array"
  | "an object"

/** ``Invalid value type at `.q`: expected a string, but found a positive integer: `1` `` */
export const wrongType = (place: Place, expected: ReadonlyArray<JsonKind>, found: Json): string =>
  `Invalid value type${at(place, "at", "for parameter")}: expected ${joinKinds(expected)}, but found ${describe(found)}`

/** ``Missing field `embedder` inside `.hybrid` ``; the place is that of the object that lacks it. */
export const missingField = (place: Place, field: string): string =>
  place.tag === "query" ? `Missing parameter \`${field}\`` : `Missing field \`${field}\`${at(place, "inside", "")}`

/** ``Unknown field `limits`: did you mean `limit`? expected one of `limit`, `from` `` */
export const unknownField = (path: string, field: string, accepted: ReadonlyArray<string>): string =>
  `Unknown field \`${field}\`${at({ tag: "body", path }, "inside", "")}: ${expectedOneOf(field, accepted)}`

export const unknownParameter = (parameter: string, accepted: ReadonlyArray<string>): string =>
  `Unknown parameter \`${parameter}\`: ${expectedOneOf(parameter, accepted)}`

/** ``Unknown value `frequence` at `.matchingStrategy`: did you mean `frequency`? expected one of … `` */
export const unknownValue = (place: Place, value: string, accepted: ReadonlyArray<string>): string =>
  `Unknown value \`${value}\`${at(place, "at", "for parameter")}: ${expectedOneOf(value, accepted)}`

/** ``Invalid value in parameter `limit`: could not parse `x` as a positive integer`` */
export const invalidValue = (place: Place, reason: string): string =>
  `Invalid value${at(place, "at", "in parameter")}: ${reason}`

export const notAPositiveInteger = (text: string): string => `could not parse \`${text}\` as a positive integer`

export const notABoolean = (text: string): string =>
  `could not parse \`${text}\` as a boolean, expected either \`true\` or \`false\``

const at = (place: Place, inBody: string, inQuery: string): string => {
  switch (place.tag) {
    case "body":
      return place.path === "" ? "" : ` ${inBody} \`${place.path}\``
    case "query":
      return ` ${inQuery} \`${place.parameter}\``
    default:
      return unreachable(place)
  }
}

const joinKinds = (kinds: ReadonlyArray<JsonKind>): string =>
  kinds.length < 3 ? kinds.join(" or ") : `${kinds.slice(0, -1).join(", ")}, or ${kinds.at(-1)}`

const describe = (found: Json): string => (found === null ? "null" : `${kindOf(found)}: \`${printNumberLike(found)}\``)

/** A JavaScript number has forgotten that it was written `4.0`: such a value is described as the integer 4. */
const kindOf = (found: Json): JsonKind => {
  if (typeof found === "string") return "a string"
  if (typeof found === "boolean") return "a boolean"
  if (typeof found === "number") return kindOfNumber(found)
  return Array.isArray(found) ? "an array" : "an object"
}

/** Integers beyond 64 bits are numbers for the engine. */
const kindOfNumber = (found: number): JsonKind => {
  if (!Number.isInteger(found) || found >= 2 ** 64 || found < -(2 ** 63)) return "a number"
  return found < 0 ? "a negative integer" : "a positive integer"
}

const printNumberLike = (found: Json): string =>
  typeof found === "number" && Number.isInteger(found) && kindOfNumber(found) === "a number"
    ? found.toExponential().replace("e+", "e")
    : JSON.stringify(found)

const expectedOneOf = (received: string, accepted: ReadonlyArray<string>): string =>
  `${didYouMean(received, accepted)}expected one of ${accepted.map((name) => `\`${name}\``).join(", ")}`

/** The closest accepted name, the first of several, if it is close enough for the length (in bytes) of the name. */
const didYouMean = (received: string, accepted: ReadonlyArray<string>): string => {
  const limit = distanceMax(encodeUtf8(received).length)
  let best: { readonly name: string; readonly distance: number } | null = null
  for (const name of limit === 0 ? [] : accepted) {
    const distance = editDistance(received, name)
    if (distance <= limit && (best === null || distance < best.distance)) best = { name, distance }
  }
  return best === null ? "" : `did you mean \`${best.name}\`? `
}

const distanceMax = (bytes: number): number => {
  if (bytes <= 3) return 0
  if (bytes <= 7) return 1
  if (bytes <= 12) return 2
  if (bytes <= 17) return 3
  return bytes <= 24 ? 4 : 5
}
