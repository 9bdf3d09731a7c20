import { describe, expect, test } from "vitest"
import { averageSizeOf, rawSizeOf } from "./document-sizes.ts"

describe("the size of all documents", () => {
  test("is that of the node where there is only one", () => {
    expect(rawSizeOf([12_288], 1)).toBe(12_288)
    expect(rawSizeOf([0], 1)).toBe(0)
    expect(rawSizeOf([], 1)).toBe(0)
  })

  test("is one page when every node has no more than one", () => {
    expect(rawSizeOf([4096, 4096, 0], 1)).toBe(4096)
    expect(rawSizeOf([4096, 4096, 4096], 2)).toBe(4096)
  })

  test("counts the full pages of the nodes once for all copies, and one that is not full", () => {
    expect(rawSizeOf([5 * 4096, 7 * 4096], 1)).toBe(11 * 4096)
    expect(rawSizeOf([5 * 4096, 7 * 4096], 2)).toBe(6 * 4096)
  })
})

describe("the average size of a document", () => {
  test.each([
    [4096, 1, 4088],
    [4096, 3, 1357],
    [4096, 6, 674],
    [12_288, 100, 114],
    [0, 0, 0],
  ])("of %i bytes for %i documents is what an engine says: %i", (size, documents, average) => {
    expect(averageSizeOf(size, documents)).toBe(average)
  })
})
