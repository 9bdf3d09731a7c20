import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type DocumentsMergePlan, mergeDocuments } from "./merge-documents.ts"

const plan: DocumentsMergePlan = {
  offset: 0,
  limit: 20,
  primaryKey: "id",
  hidePrimaryKey: false,
  sort: [],
  hideFields: [],
}
const answerOf = (documents: ReadonlyArray<string>, total = documents.length): string =>
  `{"results":[${documents.join(",")}],"offset":0,"limit":1000,"total":${total}}`

/** Ids in merged order. */
const sorted = (direction: "asc" | "desc", nodes: ReadonlyArray<ReadonlyArray<string>>): Array<number> => {
  const sort = [{ field: "v", direction }]
  const merged = mergeDocuments(
    nodes.map((node) => answerOf(node)),
    { ...plan, sort },
  )
  return (JSON.parse(merged) as { results: Array<{ id: number }> }).results.map((document) => document.id)
}

describe("merged documents", () => {
  test("documents of all nodes are in the order of their ids, page after page", () => {
    const ids = fc.uniqueArray(fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.nat({ max: 2 })), {
      selector: ([id]) => id,
    })
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 9 }), (ids, limit) => {
        const inOrder = ids.toSorted(([left], [right]) => (left < right ? -1 : 1))
        const nodes = [0, 1, 2].map((node) => inOrder.filter(([, of]) => of === node).map(([id]) => `{"id":${id}}`))
        const pages: Array<string> = []
        for (let offset = 0; offset <= ids.length; offset += limit) {
          const answers = nodes.map((documents) => answerOf(documents.slice(0, offset + limit), documents.length))
          const merged = mergeDocuments(answers, { ...plan, offset, limit })
          expect(merged.endsWith(`],"offset":${offset},"limit":${limit},"total":${ids.length}}`)).toBe(true)
          pages.push(...(merged.match(/\{"id":\d+\}/g) ?? []))
        }
        expect(pages).toEqual(inOrder.map(([id]) => `{"id":${id}}`))
      }),
    )
  })

  test("one node's list comes out as it went in, whatever its order", () => {
    const answer = '{"results":[{"id":3,"p":1.0},{"id":1},{"id":2}],"offset":0,"limit":20,"total":7}'
    expect(mergeDocuments([answer], plan)).toBe(answer)
  })

  test("sorted lists are merged by value as the engine compares them, then by id", () => {
    const number = '{"id":1,"v":10}'
    const array = '{"id":2,"v":[30,5,"z"]}'
    const upper = '{"id":3,"v":" Été"}'
    const lower = '{"id":4,"v":"été"}'
    const yes = '{"id":5,"v":true}'
    const none = '{"id":6}'
    expect(
      sorted("asc", [
        [array, lower, none],
        [number, upper, yes],
      ]),
    ).toEqual([2, 1, 3, 4, 5, 6])
    expect(
      sorted("desc", [
        [array, yes, none],
        [number, upper, lower],
      ]),
    ).toEqual([2, 1, 5, 3, 4, 6])
  })

  test("an earlier criterion decides before a later one, also inside objects", () => {
    const sort = [
      { field: "a.b", direction: "asc" as const },
      { field: "c", direction: "desc" as const },
    ]
    const answers = [
      answerOf(['{"id":1,"a":{"b":1},"c":1}']),
      answerOf(['{"id":2,"a":{"b":1},"c":2}', '{"id":3,"a":{"b":2},"c":9}']),
    ]
    expect(mergeDocuments(answers, { ...plan, sort, hideFields: ["a.b", "c"] })).toContain(
      '"results":[{"id":2},{"id":1},{"id":3}]',
    )
  })

  test("our members and fields that only we asked for are not shown", () => {
    const answers = [
      answerOf(['{"id":1,"_miroir_shard":"!","t":1.0,"v":2}']),
      answerOf(['{"id":"2","_miroir_shard":"!","v":3}']),
    ]
    expect(mergeDocuments(answers, { ...plan, hidePrimaryKey: true, hideFields: ["v"] })).toBe(
      '{"results":[{"t":1.0},{}],"offset":0,"limit":20,"total":2}',
    )
  })
})
