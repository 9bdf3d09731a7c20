import { expect, test } from "vitest"
import { printPages } from "./print-pages.ts"

// Measured on v1.21.0.
test.each([
  [3, { page: 1, hitsPerPage: 2 }, '"hitsPerPage":2,"page":1,"totalPages":2,"totalHits":3'],
  [4, { page: 9, hitsPerPage: 2 }, '"hitsPerPage":2,"page":9,"totalPages":2,"totalHits":4'],
  [0, { page: 1, hitsPerPage: 20 }, '"hitsPerPage":20,"page":1,"totalPages":0,"totalHits":0'],
  [3, { page: 1, hitsPerPage: 0 }, '"hitsPerPage":0,"page":1,"totalPages":0,"totalHits":3'],
  [
    3,
    { page: 1, hitsPerPage: 1, large: { hitsPerPage: "18446744073709551615" } },
    '"hitsPerPage":18446744073709551615,"page":1,"totalPages":0,"totalHits":3',
  ],
  [
    3,
    { page: 1, hitsPerPage: 2, large: { page: "9007199254740993" } },
    '"hitsPerPage":2,"page":9007199254740993,"totalPages":2,"totalHits":3',
  ],
])("%d hits are announced for %j as the engine does", (totalHits, paging, printed) => {
  expect(printPages({ tag: "page", ...paging }, totalHits)).toBe(printed)
})
