import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { type ColumnType, csvBoolean, csvNumber, isPlainValue, parseHeader } from "./csv-value.ts"
import { type CsvReader, lineOf, readRecord, startCsv } from "./csv-record.ts"
import { debugString } from "#core/protocol/serde-json-print.ts"
import { malformedCsv } from "./payload-error.ts"
import { skipSequence } from "./scan-string.ts"

export type CsvResult =
  { readonly tag: "rewritten"; readonly bytes: Uint8Array } | { readonly tag: "refused"; readonly error: ErrorBody }

/**
 * Rewrites CSV to NDJSON: one object per record, names in the order of the header. Of columns with one name the last
 * wins. An empty cell is null; typed cells are trimmed, text cells are not.
 */
export const csvToNdjson = (bytes: Uint8Array, delimiter: string): CsvResult => {
  const csv = startCsv(bytes, delimiter)
  const hasHeader = readRecord(csv)
  const headerFault = hasHeader ? utf8Fault(csv, 0) : null
  if (headerFault !== null) return refuse(headerFault)
  const header = hasHeader ? readHeader(csv) : noColumns
  const output = startOutput(bytes.length)
  for (let record = 1; readRecord(csv); record++) {
    const fault = lengthFault(csv, record, header.count) ?? utf8Fault(csv, record) ?? readTyped(csv, record, header)
    if (fault !== null) return refuse(fault)
    writeRecord(output, csv, header)
  }
  return { tag: "rewritten", bytes: output.bytes.subarray(0, output.length) }
}

interface Column {
  readonly position: number
  readonly type: ColumnType
  /** `"name":` with what stands before it in the object. */
  head: Uint8Array
  /** The JSON text of a typed cell of the record at hand; null where it is the cell as it stands. */
  value: string | null
}

const empty = new Uint8Array(0)

interface Output {
  bytes: Uint8Array
  length: number
}

interface Header {
  readonly count: number
  /** The columns that are no text, in the order of the text. */
  readonly typed: ReadonlyArray<Column>
  /** The columns that are written, in the order of the objects' members. */
  readonly ordered: ReadonlyArray<Column>
  /** Bytes of a record beside those that its cells need. */
  readonly bytesBesideCells: number
}

const noColumns: Header = { count: 0, typed: [], ordered: [], bytesBesideCells: 2 }

const readHeader = (csv: CsvReader): Header => {
  const headers = Array.from({ length: csv.fieldCount }, (_none, position) => parseHeader(cellText(csv, position)))
  // The first appearance of a name decides its place, the last one its value: a record writes by place.
  const lastPosition = new Map<string, number>()
  for (const [position, { name }] of headers.entries()) lastPosition.set(name, position)
  const columns = headers.map(({ type }, position): Column => ({ position, type, head: empty, value: null }))
  const ordered: Array<Column> = []
  for (const [name, position] of lastPosition) {
    const column = columns[position]!
    column.head = encodeUtf8(`${ordered.length === 0 ? "{" : ","}${JSON.stringify(name)}:`)
    ordered.push(column)
  }
  const typed = columns.filter(({ type }) => type !== "string")
  const bytesBesideCells = ordered.reduce((sum, { head }) => sum + head.length + shortValueBytesMax, 2)
  return { count: columns.length, typed, ordered, bytesBesideCells }
}

/** More than two quotes, `null`, and what a number grows by when it is printed as a double. */
const shortValueBytesMax = 32

/** Reads the cells that are no text; a sentence when one is not what its column says. */
const readTyped = (csv: CsvReader, record: number, { typed }: Header): string | null => {
  for (const column of typed) {
    const { type, position } = column
    column.value = null
    if (isPlainValue(type, csv.fields, cellStart(csv, position), csv.fieldEnds[position]!)) continue
    const cell = cellText(csv, position)
    column.value = type === "number" ? csvNumber(cell) : csvBoolean(cell)
    if (column.value === null) return valueFault(type, cell, record)
  }
  return null
}

const writeRecord = (output: Output, csv: CsvReader, { ordered, bytesBesideCells }: Header): void => {
  reserve(output, csv.fieldEnds[csv.fieldCount - 1]! * escapeBytesMax + bytesBesideCells)
  const { bytes } = output
  let place = output.length
  for (const column of ordered) {
    const { head, position, value } = column
    for (let index = 0; index < head.length; index++) bytes[place++] = head[index]!
    if (column.type === "string") place = writeText(bytes, place, csv, position)
    else if (value === null) place = writeCell(bytes, place, csv, position)
    else place = writeAscii(bytes, place, value)
  }
  output.length = writeAscii(bytes, place, "}\n")
}

/** Writes a cell as a JSON string with the escapes of serde_json, or null when it is empty. */
const writeText = (bytes: Uint8Array, start: number, csv: CsvReader, position: number): number => {
  const { fields } = csv
  const first = cellStart(csv, position)
  const end = csv.fieldEnds[position]!
  if (first === end) return writeAscii(bytes, start, "null")
  let place = start
  bytes[place++] = quote
  for (let index = first; index < end; index++) {
    const byte = fields[index]!
    if (byte >= 0x20 && byte !== quote && byte !== backslash) bytes[place++] = byte
    else for (const character of escapes[byte]!) bytes[place++] = character
  }
  bytes[place++] = quote
  return place
}

const writeCell = (bytes: Uint8Array, start: number, csv: CsvReader, position: number): number => {
  let place = start
  const end = csv.fieldEnds[position]!
  for (let index = cellStart(csv, position); index < end; index++) bytes[place++] = csv.fields[index]!
  return place
}

const writeAscii = (bytes: Uint8Array, start: number, text: string): number => {
  for (let index = 0; index < text.length; index++) bytes[start + index] = text.charCodeAt(index)
  return start + text.length
}

const quote = 0x22
const backslash = 0x5c
/** `\u001f` */
const escapeBytesMax = 6
const escapes: ReadonlyArray<Uint8Array> = Array.from({ length: backslash + 1 }, (_none, byte) =>
  encodeUtf8(JSON.stringify(String.fromCharCode(byte)).slice(1, -1)),
)

const startOutput = (inputBytes: number): Output => ({ bytes: new Uint8Array(inputBytes * 2 + 64), length: 0 })

const reserve = (output: Output, bytes: number): void => {
  if (output.length + bytes <= output.bytes.length) return
  const larger = new Uint8Array(Math.max(output.bytes.length * 2, output.length + bytes))
  larger.set(output.bytes)
  output.bytes = larger
}

const cellStart = (csv: CsvReader, position: number): number => (position === 0 ? 0 : csv.fieldEnds[position - 1]!)

const cellText = (csv: CsvReader, position: number): string =>
  decodeUtf8(csv.fields.subarray(cellStart(csv, position), csv.fieldEnds[position]))

const refuse = (detail: string): CsvResult => ({ tag: "refused", error: malformedCsv(detail) })

const lengthFault = (csv: CsvReader, record: number, expected: number): string | null => {
  const found = csv.fieldCount
  if (found === expected) return null
  const place = `line: ${lineOf(csv, csv.recordStart)}, byte: ${csv.recordStart}`
  return `CSV error: record ${record} (${place}): found record with ${found} fields, but the previous record has ${expected} fields`
}

const utf8Fault = (csv: CsvReader, record: number): string | null => {
  if (!csv.hasHighByte) return null
  for (let position = 0; position < csv.fieldCount; position++) {
    const start = cellStart(csv, position)
    const valid = validEnd(csv.fields, start, csv.fieldEnds[position]!)
    if (valid === csv.fieldEnds[position]) continue
    const place = `line ${lineOf(csv, csv.recordStart)}, field: ${position}, byte: ${csv.recordStart}`
    return `CSV parse error: record ${record} (${place}): invalid utf-8: invalid UTF-8 in field ${position} near byte index ${valid - start}`
  }
  return null
}

/** The first mistake in the UTF-8 of a cell, or its end. A sequence that would go on in the next cell is one. */
const validEnd = (fields: Uint8Array, start: number, end: number): number => {
  let index = start
  while (index < end) {
    const next = fields[index]! < 0x80 ? index + 1 : skipSequence(fields, index)
    if (next === -1 || next > end) return index
    index = next
  }
  return index
}

const valueFault = (type: ColumnType, cell: string, record: number): string => {
  const reason = type === "number" ? "invalid float literal" : "provided string was not `true` or `false`"
  return `Error parsing ${type} ${debugString(cell)} at line ${record}: ${reason}`
}
