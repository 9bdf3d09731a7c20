import { describe, expect, test } from "vitest"
import { mergeFacetsOfIndexes } from "./merge-facets-of-indexes.ts"

const movies = { distribution: '{"year":{"77":1,"100":2},"genre":{"a":1}}', stats: '{"year":{"min":77.0,"max":100.0}}' }
const books = { distribution: '{"year":{"100":3,"9":1}}', stats: '{"year":{"min":9.0,"max":100.0}}' }

describe("facets of several indexes", () => {
  test("counts are added, and values stand as texts (measured on v1.21.0)", () => {
    expect(mergeFacetsOfIndexes([movies, books], () => "alpha", null)).toEqual({
      distribution: '{"genre":{"a":1},"year":{"100":5,"77":1,"9":1}}',
      stats: '{"year":{"min":9.0,"max":100.0}}',
    })
  })

  test("values are cut after they were added", () => {
    expect(mergeFacetsOfIndexes([movies, books], () => "count", 1).distribution).toBe(
      '{"genre":{"a":1},"year":{"100":5}}',
    )
  })
})
