import { nestingMax, readMembers, readRawValue } from "#core/protocol/serde-json-value.ts"
import { reservedPrefix } from "#core/protocol/hidden-fields.ts"

/** One member of an object, with the places of its parts in the object's bytes. */
export interface DocumentMember {
  /** Decoded. */
  readonly name: string
  /** Index of the opening quote of the name. */
  readonly nameStart: number
  readonly value: Uint8Array
}

/** The members of an object in their order, duplicates included. Throws `JsonFault` for a name that is no text. */
export const documentMembers = (document: Uint8Array): ReadonlyArray<DocumentMember> => {
  const members: Array<DocumentMember> = []
  const at = { bytes: document, index: 0 }
  readMembers(at, nestingMax, (name, _levelsLeft, nameStart) => {
    members.push({ name, nameStart, value: readRawValue(at) })
  })
  return members
}

/** The first name that only Miroir may use, or null. */
export const reservedName = (members: ReadonlyArray<DocumentMember>): string | null =>
  members.find(({ name }) => name.startsWith(reservedPrefix))?.name ?? null

/**
 * Overwrites with spaces every member whose name comes again later and is one of `names`: the last one wins, as it does
 * in Meilisearch's lists, while the nodes get NDJSON, where a second key is an error. Positions stay what they are.
 */
export const blankRepeatedMembers = (document: Uint8Array, names: ReadonlyArray<string>): void => {
  const seenLater = new Set<string>()
  const members = documentMembers(document)
  for (let position = members.length - 1; position >= 0; position--) {
    const { name, nameStart } = members[position]!
    if (!names.includes(name)) continue
    const next = members[position + 1]
    if (seenLater.has(name) && next !== undefined) document.fill(0x20, nameStart, next.nameStart)
    seenLater.add(name)
  }
}
