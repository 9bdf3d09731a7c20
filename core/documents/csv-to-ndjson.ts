import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { type ColumnType, csvNumber, csvBoolean, parseHeader } from "./csv-value.ts"
import { type CsvReader, lineOf, readRecord, startCsv } from "./csv-record.ts"
import { debugString } from "#core/protocol/serde-json-print.ts"
import { malformedCsv } from "./payload-error.ts"
import { sentinelBytes } from "./scan.ts"
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
  const { columns, ordered } = hasHeader ? readHeader(csv) : { columns: [], ordered: [] }
  const output = startOutput(bytes.length)
  for (let record = 1; readRecord(csv); record++) {
    const fault = lengthFault(csv, record, columns.length) ?? utf8Fault(csv, record)
    if (fault !== null) return refuse(fault)
    for (const column of columns) {
      if (column.type === "string") continue
      const cell = cellText(csv, column.position)
      const value = column.type === "number" ? csvNumber(cell) : csvBoolean(cell)
      if (value === null) return refuse(valueFault(column.type, cell, record))
      column.value = value
    }
    writeRecord(output, csv, ordered)
  }
  return { tag: "rewritten", bytes: output.bytes.subarray(0, output.length) }
}

interface Column {
  readonly position: number
  readonly type: ColumnType
  /** `"name":` with what stands before it in the object. */
  head: Uint8Array
  /** The JSON text of a typed cell of the record at hand. */
  value: string
}

const empty = new Uint8Array(0)

interface Output {
  bytes: Uint8Array
  length: number
}

interface Header {
  /** Every column, in the order of the text. */
  readonly columns: ReadonlyArray<Column>
  /** The columns that are written, in the order of the objects' members. */
  readonly ordered: ReadonlyArray<Column>
}

const readHeader = (csv: CsvReader): Header => {
  const headers = csv.fieldEnds.map((_end, position) => parseHeader(cellText(csv, position)))
  // The first appearance of a name decides its place, the last one its value: a record writes by place.
  const lastPosition = new Map<string, number>()
  for (const [position, { name }] of headers.entries()) lastPosition.set(name, position)
  const columns = headers.map(({ type }, position): Column => ({ position, type, head: empty, value: "" }))
  const ordered: Array<Column> = []
  for (const [name, position] of lastPosition) {
    const column = columns[position]!
    column.head = encodeUtf8(`${ordered.length === 0 ? "{" : ","}${JSON.stringify(name)}:`)
    ordered.push(column)
  }
  return { columns, ordered }
}

const writeRecord = (output: Output, csv: CsvReader, columns: ReadonlyArray<Column>): void => {
  for (const column of columns) {
    writeBytes(output, column.head)
    if (column.type === "string") writeText(output, csv, column.position)
    else writeAscii(output, column.value)
  }
  writeAscii(output, "}\n")
}

/** Writes a cell as a JSON string with the escapes of serde_json, or null when it is empty. */
const writeText = (output: Output, csv: CsvReader, position: number): void => {
  const start = cellStart(csv, position)
  const end = csv.fieldEnds[position]!
  if (start === end) return writeAscii(output, "null")
  reserve(output, (end - start) * escapeBytesMax + 2)
  const { bytes } = output
  let place = output.length
  bytes[place++] = quote
  for (let index = start; index < end; index++) {
    const byte = csv.fields[index]!
    if (byte >= 0x20 && byte !== quote && byte !== backslash) bytes[place++] = byte
    else for (const character of escapes[byte]!) bytes[place++] = character
  }
  bytes[place++] = quote
  output.length = place
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

const writeBytes = (output: Output, bytes: Uint8Array): void => {
  reserve(output, bytes.length)
  output.bytes.set(bytes, output.length)
  output.length += bytes.length
}

const writeAscii = (output: Output, text: string): void => {
  reserve(output, text.length)
  for (let index = 0; index < text.length; index++) output.bytes[output.length++] = text.charCodeAt(index)
}

const cellStart = (csv: CsvReader, position: number): number => (position === 0 ? 0 : csv.fieldEnds[position - 1]!)

const cellBytes = (csv: CsvReader, position: number): Uint8Array =>
  csv.fields.subarray(cellStart(csv, position), csv.fieldEnds[position])

const cellText = (csv: CsvReader, position: number): string => decodeUtf8(cellBytes(csv, position))

const refuse = (detail: string): CsvResult => ({ tag: "refused", error: malformedCsv(detail) })

const lengthFault = (csv: CsvReader, record: number, expected: number): string | null => {
  const found = csv.fieldEnds.length
  if (found === expected) return null
  const place = `line: ${lineOf(csv, csv.recordStart)}, byte: ${csv.recordStart}`
  return `CSV error: record ${record} (${place}): found record with ${found} fields, but the previous record has ${expected} fields`
}

const utf8Fault = (csv: CsvReader, record: number): string | null => {
  if (!csv.hasHighByte) return null
  for (let position = 0; position < csv.fieldEnds.length; position++) {
    const cell = cellBytes(csv, position)
    const valid = validLength(cell)
    if (valid === cell.length) continue
    const place = `line ${lineOf(csv, csv.recordStart)}, field: ${position}, byte: ${csv.recordStart}`
    return `CSV parse error: record ${record} (${place}): invalid utf-8: invalid UTF-8 in field ${position} near byte index ${valid}`
  }
  return null
}

/** Bytes of a cell before its first mistake in UTF-8. */
const validLength = (cell: Uint8Array): number => {
  const padded = new Uint8Array(cell.length + sentinelBytes)
  padded.set(cell)
  let index = 0
  while (index < cell.length) {
    const next = padded[index]! < 0x80 ? index + 1 : skipSequence(padded, index)
    if (next === -1) return index
    index = next
  }
  return index
}

const valueFault = (type: "number" | "boolean", cell: string, record: number): string => {
  const reason = type === "number" ? "invalid float literal" : "provided string was not `true` or `false`"
  return `Error parsing ${type} ${debugString(cell)} at line ${record}: ${reason}`
}
