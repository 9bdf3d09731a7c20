import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type EngineProcess, settleEngine, startEngine } from "#adapters/meilisearch/engine-process.ts"
import { type DumpPiece, readDump } from "./read-dump.ts"
import { paddingOf, tarEnd, tarHeader } from "./tar-entry.ts"

const folder = mkdtempSync(join(tmpdir(), "miroir-read-dump-"))
let engine: EngineProcess

const send = (method: string, path: string, body?: string): Promise<Response> =>
  fetch(engine.url + path, {
    method,
    ...(body === undefined ? {} : { body, headers: { "content-type": "application/json" } }),
  })

const piecesOf = async (file: string): Promise<ReadonlyArray<DumpPiece>> => {
  const pieces: Array<DumpPiece> = []
  for await (const piece of readDump(file)) pieces.push(piece)
  return pieces
}

beforeAll(async () => {
  engine = await startEngine()
})

afterAll(async () => {
  await engine.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe("a dump that a bare engine has written", () => {
  it("is read with its indexes, settings, and documents, every digit as it was sent", async () => {
    const documents = '[{"id":1,"title":"Carol","price":1.0},{"id":"a_B-9","big":9007199254740993}]'
    await send("POST", "/indexes/movies/documents?primaryKey=id", documents)
    await send("PATCH", "/indexes/movies/settings", '{"filterableAttributes":["title"],"stopWords":["the"]}')
    await send("POST", `/indexes/${"long-".repeat(30)}/documents`, '[{"id":7}]')
    // An engine makes a dump before the tasks that wait.
    await settleEngine(engine.url)
    await send("POST", "/dumps")
    await settleEngine(engine.url)
    const dumps = join(engine.folder, "dumps")
    const file = join(dumps, readdirSync(dumps)[0]!)

    const pieces = await piecesOf(file)
    expect(pieces).toContainEqual(
      expect.objectContaining({ tag: "metadata", dumpVersion: "V6", engineVersion: "1.21.0" }),
    )
    expect(pieces).toContainEqual({ tag: "index", uid: "movies", primaryKey: "id" })
    expect(pieces.find((piece) => piece.tag === "settings" && piece.uid === "movies")).toMatchObject({
      settings: { filterableAttributes: ["title"], stopWords: ["the"] },
    })
    const texts = pieces.flatMap((piece) => (piece.tag === "document" && piece.uid === "movies" ? [piece.text] : []))
    expect(texts).toEqual(['{"id":1,"title":"Carol","price":1.0}', '{"id":"a_B-9","big":9007199254740993}'])
    expect(pieces).toContainEqual({ tag: "document", uid: "long-".repeat(30), text: '{"id":7}' })

    const { stdout } = spawnSync("node", ["runtime/read-dump.ts", file], { encoding: "utf8" })
    expect(stdout).toContain("index movies: 2 documents, primary key id")
  })
})

describe("a file that cannot be read", () => {
  const messageOf = (file: string): string =>
    spawnSync("node", ["runtime/read-dump.ts", file], { encoding: "utf8" }).stderr

  it("is said to be missing, to who asks for its pieces and by the command", async () => {
    const file = join(folder, "missing.dump")
    await expect(piecesOf(file)).rejects.toThrow("ENOENT")
    expect(messageOf(file)).toMatch(/^\S*missing\.dump cannot be read: ENOENT.*\n$/)
  })

  it("is said to be no archive where it is not compressed", async () => {
    const file = join(folder, "text.dump")
    writeFileSync(file, "no archive")
    await expect(piecesOf(file)).rejects.toThrow("incorrect header check")
    expect(messageOf(file)).toMatch(/^\S*text\.dump cannot be read: incorrect header check\n$/)
  })
})

describe("a file that is no dump of this format", () => {
  const write = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }

  it("is refused with the format that it has", async () => {
    const metadata = Buffer.from('{"dumpVersion":"V5","dbVersion":"0.30.0"}')
    const tar = Buffer.concat([
      tarHeader("metadata.json", metadata.length, 0),
      metadata,
      paddingOf(metadata.length),
      tarEnd,
    ])
    await expect(piecesOf(write("old.dump", gzipSync(tar)))).rejects.toThrow("The dump has the format V5")
  })

  it("is refused when it is cut off", async () => {
    const tar = Buffer.concat([tarHeader("indexes/a/documents.jsonl", 10_000, 0), Buffer.from('{"id":1}\n')])
    await expect(piecesOf(write("cut.dump", gzipSync(tar)))).rejects.toThrow("the archive ends inside a file")
  })
})
