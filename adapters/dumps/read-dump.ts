import { createReadStream } from "node:fs"
import { pipeline } from "node:stream"
import { createGunzip } from "node:zlib"
import { isJsonObject, type JsonObject } from "#core/prelude/json.ts"
import { readTar } from "./read-tar.ts"

/**
 * What a dump of Meilisearch (version 6 of the format, every engine since v1.0) holds, piece by piece. The pieces come in the order of the
 * archive, which may put the documents of an index before its settings.
 */
export type DumpPiece =
  | { readonly tag: "metadata"; readonly dumpVersion: string; readonly engineVersion: string; readonly date: string }
  | { readonly tag: "index"; readonly uid: string; readonly primaryKey: string | null }
  | { readonly tag: "settings"; readonly uid: string; readonly settings: JsonObject }
  /** JSON text of one document, with every digit as it stands in the dump. */
  | { readonly tag: "document"; readonly uid: string; readonly text: string }
  | { readonly tag: "key"; readonly key: JsonObject }
  | { readonly tag: "features"; readonly features: JsonObject }
  /** Something of which the proxy has no use: tasks, batches, the identity of the engine. */
  | { readonly tag: "passed-over"; readonly path: string }

/** The file is no dump, or one of an older format. */
export class UnreadableDump extends Error {
  override readonly name = "UnreadableDump"
}

const readableVersion = "V6"
/** A document is at most as large as a payload; a longer line is no document. */
const lineBytesMax = 256 * 1024 * 1024

/** Reads a `.dump` file as a stream: memory holds one document at a time. Throws `UnreadableDump` where the format is another. */
export async function* readDump(file: string): AsyncGenerator<DumpPiece> {
  // Whoever reads what is decompressed hears of it when the file cannot be read.
  const archive = pipeline(createReadStream(file), createGunzip(), () => {})
  for await (const { path, chunks } of readTar(archive)) {
    const [, uid, name] = /^indexes\/([^/]+)\/([a-z]+\.jsonl?)$/.exec(path) ?? []
    if (path === "metadata.json") yield readMetadata(await wholeOf(chunks))
    else if (path === "keys.jsonl")
      for await (const line of linesOf(chunks)) yield { tag: "key", key: objectIn(line, path) }
    else if (path === "experimental-features.json")
      yield { tag: "features", features: objectIn(await wholeOf(chunks), path) }
    else if (uid !== undefined && name === "metadata.json") yield readIndex(uid, objectIn(await wholeOf(chunks), path))
    else if (uid !== undefined && name === "settings.json")
      yield { tag: "settings", uid, settings: objectIn(await wholeOf(chunks), path) }
    else if (uid !== undefined && name === "documents.jsonl")
      for await (const text of linesOf(chunks)) yield { tag: "document", uid, text }
    else yield { tag: "passed-over", path }
  }
}

const readMetadata = (text: string): DumpPiece => {
  const { dumpVersion, dbVersion, dumpDate } = objectIn(text, "metadata.json")
  if (dumpVersion !== readableVersion)
    throw new UnreadableDump(
      `The dump has the format ${String(dumpVersion)}; only ${readableVersion} (Meilisearch v1.0 and later) can be read. Import it into an engine and dump it again.`,
    )
  return { tag: "metadata", dumpVersion, engineVersion: String(dbVersion), date: String(dumpDate) }
}

const readIndex = (folder: string, { uid, primaryKey }: JsonObject): DumpPiece => ({
  tag: "index",
  uid: typeof uid === "string" ? uid : folder,
  primaryKey: typeof primaryKey === "string" ? primaryKey : null,
})

const objectIn = (text: string, path: string): JsonObject => {
  const value: unknown = JSON.parse(text)
  if (!isJsonObject(value)) throw new UnreadableDump(`${path} holds no JSON object`)
  return value as JsonObject
}

const wholeOf = async (chunks: AsyncIterable<Buffer>): Promise<string> => {
  const parts: Array<Buffer> = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts).toString("utf8")
}

const lineFeed = 0x0a

/** Lines without their ends; empty ones are passed over. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let parts: Array<Buffer> = []
  let bytes = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      parts.push(chunk.subarray(start, end))
      const line = Buffer.concat(parts).toString("utf8")
      parts = []
      bytes = 0
      start = end + 1
      if (line !== "") yield line
    }
    parts.push(chunk.subarray(start))
    bytes += chunk.length - start
    if (bytes > lineBytesMax) throw new UnreadableDump(`a line of more than ${lineBytesMax} bytes`)
  }
  const last = Buffer.concat(parts).toString("utf8")
  if (last !== "") yield last
}
