import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { readFetchBody } from "./fetch-request.ts"
import { countMax, readLargeCounts, readLargeCountsOfQueries } from "./large-counts.ts"
import { readMultiSearch } from "./multi-search-request.ts"
import { readSearchBody } from "./search-request.ts"
import { readSimilarBody } from "./similar-request.ts"

const u64Max = "18446744073709551615"

describe("large counts", () => {
  test("are found in the text as they were written, the last of a name, of 64 bits", () => {
    const text = ` { "limit" : 1, "q":"\\"offset\\":${u64Max}", "limit":${u64Max}, "page":18446744073709551616, "offset":3 }`
    expect(readLargeCounts(text)).toEqual({ limit: u64Max })
    expect(readLargeCounts(`{"limit":${u64Max},"limit":1}`)).toEqual({})
    expect(readLargeCounts(`[{"limit":${u64Max}}]`)).toEqual({})
  })

  test("are exactly those that a number does not hold", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (count) => {
        const expected = count > BigInt(Number.MAX_SAFE_INTEGER) ? { hitsPerPage: String(count) } : {}
        expect(readLargeCounts(`{"hitsPerPage":${count}}`)).toEqual(expected)
      }),
    )
  })

  test("no JSON text makes the reader throw", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const text = `{"limit":${u64Max},"queries":${json},"federation":${json}}`
        expect(readLargeCounts(text)).toEqual({ limit: u64Max })
        expect(readLargeCountsOfQueries(text).federation).toEqual({})
        expect(readLargeCounts(` ${json}`)).toEqual({})
      }),
    )
  })
})

describe("a request with counts beyond 2^53", () => {
  const parse = (text: string) => {
    const parsed = parseJsonBody(encodeUtf8(text), "application/json")
    if (parsed.tag === "refused") throw new Error(parsed.error.message)
    return parsed.value
  }

  test("is understood as a search, a list of documents and a search for similar ones", () => {
    const text = `{"id":1,"embedder":"e","limit":${u64Max},"offset":9007199254740993}`
    const large = { limit: u64Max, offset: "9007199254740993" }
    const counts = { offset: countMax, limit: countMax, large }
    expect(readLargeCounts(text)).toEqual(large)
    expect(readFetchBody(parse(text), large)).toMatchObject(counts)
    expect(readSimilarBody(parse(text), large)).toMatchObject(counts)
    expect(readSearchBody(parse(text), large)?.paging).toEqual({ tag: "offset", ...counts })
    expect(readSearchBody(parse(text))).toBeNull()
  })

  test("crops to a length that a node understands", () => {
    const text = `{"cropLength":${u64Max}}`
    expect(readSearchBody(parse(text), readLargeCounts(text))?.body).toEqual({ cropLength: countMax })
  })

  test("is understood in each query of a multi-search, and in its federation", () => {
    const each = `{"queries":[{"indexUid":"a"},{"indexUid":"b","hitsPerPage":${u64Max}}]}`
    const engine = engineCapabilities("1.21.0")
    const asked = readMultiSearch(parse(each), engine, readLargeCountsOfQueries(each))
    expect(asked?.queries.map(({ search }) => search.paging.large)).toEqual([undefined, { hitsPerPage: u64Max }])
    const together = `{"federation":{"limit":${u64Max}},"queries":[{"indexUid":"a"}]}`
    const federated = readMultiSearch(parse(together), engine, readLargeCountsOfQueries(together))
    expect(federated?.federation?.paging).toMatchObject({ limit: countMax, large: { limit: u64Max } })
  })
})
