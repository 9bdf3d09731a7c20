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
  /** Where each field ends in `fields`. */
  readonly fieldEnds: Array<number>
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
    fieldEnds: [],
    hasHighByte: false,
    recordStart: 0,
  }
}

/** Reads the next record into `fields` and `fieldEnds`; false at the end of the text. */
export const readRecord = (csv: CsvReader): boolean => {
  const { bytes, delimiter } = csv
  csv.recordStart = csv.index === csv.textStart ? 0 : csv.index
  csv.fieldEnds.length = 0
  csv.hasHighByte = false
  while (isTerminator(bytes[csv.index])) csv.index++
  if (csv.index >= bytes.length) return false
  let length = 0
  for (;;) {
    if (bytes[csv.index] === quote) length = readQuoted(csv, length)
    for (;;) {
      const byte = bytes[csv.index]
      if (byte === undefined) {
        csv.fieldEnds.push(length)
        return true
      }
      csv.index++
      if (byte === delimiter) break
      if (byte === lineFeed || byte === carriageReturn) {
        csv.fieldEnds.push(length)
        return true
      }
      length = append(csv, length, byte)
    }
    csv.fieldEnds.push(length)
  }
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

const isTerminator = (byte: number | undefined): boolean => byte === lineFeed || byte === carriageReturn

/** Reads from an opening quote to after its closing one; the new length of `fields`. */
const readQuoted = (csv: CsvReader, start: number): number => {
  let length = start
  csv.index++
  for (;;) {
    const byte = csv.bytes[csv.index]
    if (byte === undefined) return length
    csv.index++
    if (byte === quote) {
      if (csv.bytes[csv.index] !== quote) return length
      csv.index++
    }
    length = append(csv, length, byte)
  }
}

const append = (csv: CsvReader, length: number, byte: number): number => {
  if (length === csv.fields.length) {
    const larger = new Uint8Array(length * 2)
    larger.set(csv.fields)
    csv.fields = larger
  }
  csv.fields[length] = byte
  if (byte >= 0x80) csv.hasHighByte = true
  return length + 1
}
