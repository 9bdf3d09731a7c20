import { appendFileSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, describe, expect, it } from "vitest"
import { createTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts"
import { linesOfFile } from "./lines-of-file.ts"
import { readTrace } from "./read-trace.ts"

const folder = createTemporaryFolder("lines-of-file")
afterAll(() => removeTemporaryFolder(folder))

describe("the lines of a file", () => {
  it("are those of its text, wherever the pieces end in which it is read", () => {
    const path = join(folder, "lines.txt")
    // Of one, two, three and four bytes: pieces end inside of characters, too.
    const text = fc.array(fc.constantFrom("\n", "\r", "a", "é", "漢", "🦀"), { maxLength: 40 })
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (characters, chunkBytes) => {
        writeFileSync(path, characters.join(""))
        expect([...linesOfFile(path, chunkBytes)]).toEqual(characters.join("").split("\n"))
      }),
    )
  })

  it("are read one by one: no more of the file than a piece is ever held beside a line, however large it is", () => {
    const path = join(folder, "growing.txt")
    const chunkBytes = 8
    const first = "of 6 b"
    writeFileSync(path, `${first}\nx${"never seen\n".repeat(10)}`)
    const lines = linesOfFile(path, chunkBytes)
    expect(lines.next().value).toBe(first)
    // What stands behind the first piece was not looked at yet.
    truncateSync(path, chunkBytes)
    appendFileSync(path, "é\nlast")
    expect([...lines]).toEqual(["xé", "last"])
  })

  it("make a trace", () => {
    const path = join(folder, "trace.ndjson")
    const header = { trace: 1, startedAt: "2026-01-01T00:00:00Z", isSecured: true }
    writeFileSync(path, [header, { dropped: 1 }, { dropped: 2 }].map((line) => `${JSON.stringify(line)}\n`).join(""))
    expect(readTrace(path)).toMatchObject({ isSecured: true, requests: [], dropped: 3 })
  })
})
