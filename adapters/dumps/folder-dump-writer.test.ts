import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { Effect } from "effect"
import * as fc from "fast-check"
import { afterEach, beforeEach, expect, test } from "vitest"
import { type DumpArchive, DumpWriter } from "#core/ports/dump-writer.ts"
import { folderDumpWriterLayer } from "./folder-dump-writer.ts"
import { tarHeader } from "./tar-entry.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dump-writer-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (at: string, dumpUid: string, use: (archive: DumpArchive) => Effect.Effect<unknown, unknown>) =>
  Effect.gen(function* () {
    yield* use(yield* (yield* DumpWriter).open(dumpUid))
  }).pipe(Effect.scoped, Effect.provide(folderDumpWriterLayer(at)), Effect.exit, Effect.runPromise)

/** Reads what GNU tar would: names of up to 100 bytes, and longer ones. */
const untar = (bytes: Buffer): ReadonlyMap<string, string> => {
  const entries = new Map<string, string>()
  let longName: string | null = null
  for (let at = 0; bytes[at] !== 0;) {
    const size = Number.parseInt(bytes.toString("latin1", at + 124, at + 135), 8)
    const content = bytes.subarray(at + 512, at + 512 + size)
    const sum = Number.parseInt(bytes.toString("latin1", at + 148, at + 154), 8)
    const summed = Buffer.from(bytes.subarray(at, at + 512)).fill(0x20, 148, 156)
    expect(summed.reduce((total, byte) => total + byte, 0)).toBe(sum)
    const name = bytes.toString("utf8", at, at + 100).replace(/\0.*$/s, "")
    if (bytes.toString("latin1", at + 156, at + 157) === "L") longName = content.toString("utf8").slice(0, -1)
    else {
      entries.set(longName ?? name, content.toString("utf8"))
      longName = null
    }
    at += 512 + Math.ceil(size / 512) * 512
  }
  return entries
}

test("every entry is in the archive with all the texts that were appended to it, in order", async () => {
  const path = fc.oneof(fc.stringMatching(/^[a-z]{1,12}\/[a-z]{1,12}$/), fc.stringMatching(/^[a-z]{90,200}$/))
  const appends = fc.array(fc.tuple(path, fc.string({ unit: "grapheme", maxLength: 700 })), {
    minLength: 1,
    maxLength: 8,
  })
  let dumps = 0
  await fc.assert(
    fc.asyncProperty(appends, async (texts) => {
      const dumpUid = `dump-${dumps++}`
      const exit = await write(folder, dumpUid, (archive) =>
        Effect.gen(function* () {
          for (const [path, text] of texts) yield* archive.append(path, text)
          yield* archive.finish
        }),
      )
      expect(exit._tag).toBe("Success")
      const expected = new Map<string, string>()
      for (const [path, text] of texts) expected.set(path, (expected.get(path) ?? "") + text)
      expect(untar(gunzipSync(readFileSync(join(folder, `${dumpUid}.dump`))))).toEqual(expected)
    }),
    { numRuns: 25 },
  )
  expect(readdirSync(folder)).toHaveLength(dumps)
})

test("an archive that is not finished leaves nothing in the folder", async () => {
  await write(folder, "broken", (archive) => Effect.andThen(archive.append("a", "b"), Effect.fail("the node died")))
  expect(readdirSync(folder)).toEqual([])
})

test("the next dump removes what a killed proxy has left a day ago, and nothing else", async () => {
  const old = new Date(Date.now() - 2 * 86_400_000)
  for (const name of [".20261121-011742747-DvJUub", ".20261121-011742747-abcdef", "notes"])
    mkdirSync(join(folder, name))
  for (const name of [".20261121-011742747-DvJUub", "notes"]) utimesSync(join(folder, name), old, old)
  await write(folder, "next", () => Effect.void)
  expect(readdirSync(folder).sort()).toEqual([".20261121-011742747-abcdef", "notes"])
})

test("a folder that cannot be made is an error that says why", async () => {
  const exit = await write("/dev/null/dumps", "dump", () => Effect.void)
  expect(JSON.stringify(exit)).toContain("/dev/null")
})

test("a file beyond 8 GiB has its size as a binary number", () => {
  const header = tarHeader("indexes/a/documents.jsonl", 10 * 1024 ** 3, 0)
  expect(header[124]).toBe(0x80)
  expect(Number(header.readBigUInt64BE(128))).toBe(10 * 1024 ** 3)
})
