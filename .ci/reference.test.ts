import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { miroirCodes } from "#core/protocol/error-codes.ts"

describe("docs/reference/errors.md", () => {
  it("has a section for each error code of our own, and for no other", () => {
    const text = readFileSync("docs/reference/errors.md", "utf8")
    const sections = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1])
    expect(sections.sort()).toEqual([...miroirCodes].sort())
  })
})
