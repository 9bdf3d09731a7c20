import { invariant } from "#core/prelude/invariant.ts"

/**
 * The fields that Miroir adds to every document on the nodes. Their values are written in characters that Meilisearch's
 * tokenizer treats as separators, so they make no words and no query can match them, yet they compare and filter as
 * strings (measured on v1.21.0: docs/decisions/0004-hidden-fields-in-separator-characters.md).
 */
export const shardField = "_miroir_shard"
export const versionField = "_miroir_version"

/** Every field name that begins with this is ours: a client may not send one, and never sees one. */
export const reservedPrefix = "_miroir_"

/** Separator characters in byte order, so that encoded numbers compare like the numbers. `$` is not a separator. */
const alphabet = "!#%&*+,"

/** 7^5 = 16,807 shards. */
const shardDigits = 5
/** 7^12 exceeds 2^32, the range of the cluster's sequence. */
const versionDigits = 12
/** 7^9 = 40,353,607 documents: more than a body of 300 MB can hold. */
const positionDigits = 9

export const shardCountMax = alphabet.length ** shardDigits

export const encodeShard = (shard: number): string => encodeNumber(shard, shardDigits)
export const encodeVersion = (version: number): string => encodeNumber(version, versionDigits)
const encodeNumber = (value: number, digits: number): string => {
  invariant(
    Number.isInteger(value) && value >= 0 && value < alphabet.length ** digits,
    "hidden-values-fit",
    `${value} does not fit ${digits} digits: documents would be filed under another shard or version`,
  )
  let text = ""
  for (let rest = value, left = digits; left > 0; left--) {
    text = alphabet.charAt(rest % alphabet.length) + text
    rest = Math.floor(rest / alphabet.length)
  }
  return text
}

/**
 * The members that are spliced in front of a document's own: `"_miroir_shard":"!!!!#","_miroir_version":"…"`. Behind the
 * version stands the document's position in the payload: both together are the order in which documents arrived.
 */
export const hiddenMembers = (shard: number, version: number, position = 0): string =>
  `"${shardField}":"${encodeShard(shard)}","${versionField}":"${encodeArrival(version, position)}"`

/** The value of the version field: when a document arrived. */
export const encodeArrival = (version: number, position: number): string =>
  encodeVersion(version) + encodePosition(position)

/** The write in the value of the version field, without the position. */
export const writeOf = (version: string): string => version.slice(0, -positionDigits)

/** All positions behind the last that can be written are the last: they only tell what is shown first. */
const encodePosition = (position: number): string =>
  encodeNumber(Math.min(position, alphabet.length ** positionDigits - 1), positionDigits)

/**
 * Writes a position into a copy of `hiddenMembers(shard, version)` of which the last digit stands at `last`: documents
 * of one shard and write differ in nothing else.
 */
export const stampPosition = (bytes: Uint8Array, last: number, position: number): void => {
  let rest = Math.min(position, alphabet.length ** positionDigits - 1)
  for (let place = last; rest > 0; place--) {
    bytes[place] = alphabet.charCodeAt(rest % alphabet.length)
    rest = Math.floor(rest / alphabet.length)
  }
}

/** The clause that makes a node answer for exactly these shards. */
export const shardClause = (shards: ReadonlyArray<number>): string =>
  `${shardField} IN [${shards.map((shard) => `"${encodeShard(shard)}"`).join(", ")}]`
