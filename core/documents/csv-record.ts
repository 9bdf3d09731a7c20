// Reads CSV records the way of Rust's csv crate, which Meilisearch uses: `\r`, `\n` and `\r\n` end a record, empty lines
// are skipped, a field may be quoted only from its first character on, `""` inside quotes is a quote, what follows a
// closing quote is taken as it stands, and a quote that is never closed ends with the text.

export interface CsvReader {
  readonly bytes: Uint8Array
  readonly delimiter: number
  index: number
  /** Where the byte order mark ends, if there is one. */
  readonly textStart: number
  /** The fields of the last record, one after the other, unquoted. */
  fields: Uint8Array
  fieldCount: number
  /** Where each field ends in `fields`; of the last record only the first `fieldCount`. */
  fieldEnds: Uint32Array
  /** The last record has a byte that is not ASCII. */
  hasHighByte: boolean
  /** Where reading of the last record began: after the end of the one before, so before empty lines. */
  recordStart: number
}

export const startCsv = (bytes: Uint8Array, delimiter: string): CsvReader => {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const textStart = hasMark ? byteOrderMarkBytes : 0
  return {
    bytes,
    delimiter: delimiter.charCodeAt(0),
    index: textStart,
    textStart,
    // One record is never longer than the text, but almost always much shorter.
    fields: new Uint8Array(256),
    fieldCount: 0,
    fieldEnds: new Uint32Array(16),
    hasHighByte: false,
    recordStart: 0,
  }
}

/** Reads the next record into `fields` and `fieldEnds`; false at the end of the text. */
export const readRecord = (csv: CsvReader): boolean => {
  const { bytes, delimiter } = csv
  const end = bytes.length
  let index = csv.index
  csv.recordStart = index === csv.textStart ? 0 : index
  csv.fieldCount = 0
  csv.hasHighByte = false
  while (index < end && isTerminator(bytes[index]!)) index++
  csv.index = index
  if (index === end) return false
  // Everything that changes with each byte is a local: this loop sees all bytes of an upload.
  let { fields } = csv
  let length = 0
  let seen = 0
  let isQuoted = bytes[index] === quote
  if (isQuoted) index++
  while (index < end) {
    const byte = bytes[index++]!
    if (isQuoted) {
      if (byte === quote) {
        if (index === end || bytes[index] !== quote) {
          isQuoted = false
          continue
        }
        index++
      }
    } else if (byte === delimiter) {
      endField(csv, length)
      isQuoted = index < end && bytes[index] === quote
      if (isQuoted) index++
      continue
    } else if (isTerminator(byte)) break
    if (length === fields.length) fields = growFields(csv)
    fields[length++] = byte
    seen |= byte
  }
  endField(csv, length)
  csv.index = index
  csv.hasHighByte = seen >= 0x80
  return true
}

/** The line of `index`, counted from 1. */
export const lineOf = (csv: CsvReader, index: number): number => {
  let line = 1
  for (let before = 0; before < index; before++) if (csv.bytes[before] === lineFeed) line++
  return line
}

const byteOrderMarkBytes = 3
const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d

const isTerminator = (byte: number): boolean => byte === lineFeed || byte === carriageReturn

const endField = (csv: CsvReader, length: number): void => {
  if (csv.fieldCount === csv.fieldEnds.length) {
    const more = new Uint32Array(csv.fieldCount * 2)
    more.set(csv.fieldEnds)
    csv.fieldEnds = more
  }
  csv.fieldEnds[csv.fieldCount++] = length
}

const growFields = (csv: CsvReader): Uint8Array => {
  const larger = new Uint8Array(csv.fields.length * 2)
  larger.set(csv.fields)
  csv.fields = larger
  return larger
}
