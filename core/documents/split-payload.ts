import { invariant } from "#core/prelude/invariant.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { csvToNdjson } from "./csv-to-ndjson.ts"
import { type DocumentId, readDocumentId, readPlainId, type RepeatedNames } from "./document-id.ts"
import { unreadableValue } from "./unreadable-value.ts"
import { documentMembers, reservedName } from "./document-members.ts"
import { explainJson, explainNdjson } from "./explain-payload.ts"
import { missingPayload, reservedField } from "./payload-error.ts"
import type { PayloadFormat } from "./payload-format.ts"
import { inferPrimaryKey } from "./primary-key.ts"
import { type Scan, startScan } from "./scan.ts"
import { scanDocument, skipSpace } from "./scan-document.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { faultOf } from "#core/protocol/serde-json-error.ts"

/** A payload whose form is good, cut into documents. */
export interface SplitPayload {
  /** JSON text that holds the documents (CSV is rewritten to JSON text first). A copy: the client's bytes stay as they are. */
  readonly bytes: Uint8Array
  /** Documents received. */
  readonly count: number
  /** Index of the `{` of each document. */
  readonly starts: Uint32Array
  /** Index after the `}` of each document. */
  readonly ends: Uint32Array
  /** Normal form (integers as their decimal text), one per document; empty when `verdict` is set. */
  readonly ids: ReadonlyArray<string>
  /** 0 when `verdict` is set. */
  readonly distinctIds: number
  /** The given one, or the inferred one; null when there was no document or inference failed. */
  readonly primaryKey: string | null
  /**
   * The failure that the task would have on one node: of the first bad document in payload order. Ids are judged before
   * values, as the engine does.
   */
  readonly verdict: ErrorBody | null
}

/** `refused`: what one node would answer instead of 202, or a field name that is ours. */
export type SplitResult =
  { readonly tag: "split"; readonly payload: SplitPayload } | { readonly tag: "refused"; readonly error: ErrorBody }

/**
 * Cuts a payload into documents, checks its form completely and finds every document's id. Bytes of documents are never
 * changed, so numbers keep all their digits; the one exception are repeated members of the primary key, of which all
 * but the last become spaces. `primaryKey`: the index's or the request's; null: to be inferred from the first document.
 */
export const splitPayload = (bytes: Uint8Array, format: PayloadFormat, primaryKey: string | null): SplitResult => {
  if (bytes.length === 0) return refuse(missingPayload(format.tag))
  if (format.tag === "json") return cutJson(bytes, primaryKey)
  if (format.tag === "ndjson") return cutNdjson(bytes, primaryKey)
  const rewritten = csvToNdjson(bytes, format.delimiter)
  return rewritten.tag === "refused" ? rewritten : cutNdjson(rewritten.bytes, primaryKey)
}

/** What is known of the documents seen so far. */
interface Cut {
  readonly scan: Scan
  readonly length: number
  readonly repeated: RepeatedNames
  starts: Uint32Array
  ends: Uint32Array
  count: number
  readonly ids: Array<string>
  primaryKey: string | null
  verdict: ErrorBody | null
  /** The first document with a name that is ours. */
  reserved: ErrorBody | null
  /** The failure of the first document that has a value which the engine cannot read. */
  unreadable: ErrorBody | null
}

const cutJson = (bytes: Uint8Array, primaryKey: string | null): SplitResult => {
  const scan = startScan(bytes)
  let index = skipSpace(scan.bytes, 0)
  const explain = (): SplitResult => refuse(explained(explainJson(bytes)))
  if (scan.bytes[index] !== openList) {
    const cut = startCut(scan, bytes.length, primaryKey, "last-counts-on-every-level")
    index = cutDocument(cut, index)
    // A single object is read whole before it is accepted, so a doubtful value is not left to the task.
    if (index === -1 || skipSpace(scan.bytes, index) !== bytes.length) return explain()
    if (scan.hasDoubtfulValue) {
      const error = explainJson(bytes)
      if (error !== null) return refuse(error)
    }
    return finish(cut)
  }
  const cut = startCut(scan, bytes.length, primaryKey, "last-counts")
  index = skipSpace(scan.bytes, index + 1)
  if (scan.bytes[index] === closeList) return finish(cut)
  for (;;) {
    index = cutDocument(cut, index)
    if (index === -1) return explain()
    index = skipSpace(scan.bytes, index)
    // What stands behind the list is ignored, as the engine does.
    if (scan.bytes[index] === closeList) return finish(cut)
    if (scan.bytes[index] !== comma) return explain()
    index = skipSpace(scan.bytes, index + 1)
  }
}

const cutNdjson = (bytes: Uint8Array, primaryKey: string | null): SplitResult => {
  const scan = startScan(bytes)
  const cut = startCut(scan, bytes.length, primaryKey, "all-count")
  for (let index = skipSpace(scan.bytes, 0); index < bytes.length; index = skipSpace(scan.bytes, index)) {
    index = cutDocument(cut, index)
    if (index === -1) return refuse(explained(explainNdjson(bytes)))
  }
  return finish(cut)
}

const openObject = 0x7b
const openList = 0x5b
const closeList = 0x5d
const comma = 0x2c
/** Documents for which places are kept at first; doubled as needed. */
const placesAtFirst = 1024

const startCut = (scan: Scan, length: number, primaryKey: string | null, repeated: RepeatedNames): Cut => {
  aimAt(scan, primaryKey)
  return {
    scan,
    length,
    repeated,
    starts: new Uint32Array(placesAtFirst),
    ends: new Uint32Array(placesAtFirst),
    count: 0,
    ids: [],
    primaryKey,
    verdict: null,
    reserved: null,
    unreadable: null,
  }
}

/** Tells the scanner which name to look for. A nested key is no single name: it is read with care, as is an empty one. */
const aimAt = (scan: Scan, primaryKey: string | null): void => {
  const isOneName = primaryKey !== null && primaryKey !== "" && !primaryKey.includes(".")
  scan.keyName = isOneName ? encodeUtf8(primaryKey) : null
}

/** Takes the document at `start`; the index after it, or -1 when its form is bad. */
const cutDocument = (cut: Cut, start: number): number => {
  const { scan } = cut
  if (scan.bytes[start] !== openObject) return -1
  const end = scanDocument(scan, start)
  if (end === -1) return -1
  if (scan.hasEscapedName || scan.hasReservedName || scan.hasDoubtfulValue) {
    if (!examine(cut, scan.bytes.subarray(start, end))) return -1
  }
  if (cut.count === cut.starts.length) {
    cut.starts = doubled(cut.starts)
    cut.ends = doubled(cut.ends)
  }
  cut.starts[cut.count] = start
  cut.ends[cut.count] = end
  cut.count++
  if (cut.verdict === null) takeId(cut, start, end)
  return end
}

/** Looks at an unusual document with the exact reader; false when one of its names is no text. */
const examine = (cut: Cut, document: Uint8Array): boolean => {
  const fault = faultOf(() => {
    const name = reservedName(documentMembers(document))
    if (name !== null) cut.reserved ??= reservedField(name, cut.count + 1)
    if (cut.scan.hasDoubtfulValue) cut.unreadable ??= unreadableValue(document)
  })
  return fault === null
}

const takeId = (cut: Cut, start: number, end: number): void => {
  const { scan } = cut
  if (cut.primaryKey === null) {
    const inferred = inferPrimaryKey(documentMembers(scan.bytes.subarray(start, end)).map(({ name }) => name))
    if (inferred.tag === "failed") {
      cut.verdict = inferred.error
      return
    }
    cut.primaryKey = inferred.key
    aimAt(scan, inferred.key)
    take(cut, readDocumentId(scan.bytes.subarray(start, end), inferred.key, cut.repeated))
    return
  }
  const isPlain = scan.keyCount === 1 && !scan.hasEscapedName
  const plain = isPlain ? readPlainId(scan.bytes, scan.keyStart, scan.keyEnd) : null
  if (plain !== null) cut.ids.push(plain)
  else take(cut, readDocumentId(scan.bytes.subarray(start, end), cut.primaryKey, cut.repeated))
}

const take = (cut: Cut, id: DocumentId): void => {
  if (id.tag === "id") cut.ids.push(id.id)
  else cut.verdict = id.error
}

const finish = (cut: Cut): SplitResult => {
  if (cut.reserved !== null) return refuse(cut.reserved)
  const verdict = cut.verdict ?? cut.unreadable
  return {
    tag: "split",
    payload: {
      bytes: cut.scan.bytes.subarray(0, cut.length),
      count: cut.count,
      starts: cut.starts.slice(0, cut.count),
      ends: cut.ends.slice(0, cut.count),
      ids: verdict === null ? cut.ids : [],
      distinctIds: verdict === null ? new Set(cut.ids).size : 0,
      primaryKey: cut.primaryKey,
      verdict,
    },
  }
}

const refuse = (error: ErrorBody): SplitResult => ({ tag: "refused", error })

const explained = (error: ErrorBody | null): ErrorBody => {
  invariant(error !== null, "both-readers-agree", "a payload that one node accepts would be refused without a reason")
  return error
}

const doubled = (places: Uint32Array): Uint32Array => {
  const larger = new Uint32Array(places.length * 2)
  larger.set(places)
  return larger
}
