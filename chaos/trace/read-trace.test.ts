import { closeSync, openSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { createTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts"
import { linesOfFile } from "./lines-of-file.ts"
import { readTrace } from "./read-trace.ts"

const folder = createTemporaryFolder("read-trace")
afterAll(() => removeTemporaryFolder(folder))

describe("a trace file", () => {
  it("has the lines of its text, wherever the pieces end in which it is read", () => {
    const file = join(folder, "lines.txt")
    const text = fc.array(fc.constantFrom("\n", "a", "é", "漢", "🦀"), { maxLength: 40 })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (characters, chunkBytes) => {
        writeFileSync(file, characters.join(""))
        expect([...linesOfFile(file, chunkBytes)]).toEqual(characters.join("").split("\n"))
      }),
    )
  })

  it("is read when it is larger than a text can be", () => {
    const path = join(folder, "large.ndjson")
    const file = openSync(path, "w")
    writeSync(file, `${JSON.stringify({ trace: 1, startedAt: "2026-01-01T00:00:00Z", isSecured: true })}\n`)
    const megabytes = 4
    const line = `{"dropped":1${" ".repeat(megabytes * 1024 * 1024)}}\n`
    const count = Math.ceil(520 / megabytes)
    for (let written = 0; written < count; written++) writeSync(file, line)
    closeSync(file)
    expect(readTrace(path)).toMatchObject({ isSecured: true, requests: [], dropped: count })
  })
})
