import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { hiddenMembers } from "#core/protocol/hidden-fields.ts"
import { longEnough } from "#core/routing/tie-window.ts"
import { mergeDocuments } from "./merge-documents.ts"
import { mergeHits } from "./merge-hits.ts"
import { chooseTieOrder } from "./tie-order.ts"
import { readSearchAnswer } from "./read-search-answer.ts"

interface Stored {
  readonly id: number | string
  readonly node: number
  /** Of the last write; the list of all documents is in the order of the first. */
  readonly version: number
  readonly position: number
}

const nodeCount = 3
const node = fc.nat({ max: nodeCount - 1 })

const hitsOf = (documents: ReadonlyArray<Stored>, limit: number): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from({ length: nodeCount }, (_none, number) =>
    documents
      .filter((document) => document.node === number)
      .slice(0, limit)
      .map(({ id, version, position }) => `{${hiddenMembers(number, version, position)},"id":${JSON.stringify(id)}}`),
  )

const searched = (documents: ReadonlyArray<Stored>, offset: number, limit: number): ReadonlyArray<unknown> =>
  mergeHits(
    hitsOf(documents, longEnough(offset + limit)).map((hits) => readSearchAnswer(`{"hits":[${hits.join()}]}`)),
    { primaryKey: "id", distinct: null, offset, limit },
  ).map((hit) => JSON.parse(hit.text.slice(hit.start, hit.end)).id)

const listed = (documents: ReadonlyArray<Stored>, offset: number, limit: number): ReadonlyArray<unknown> => {
  const answers = hitsOf(documents, longEnough(offset + limit)).map(
    (results) => `{"results":[${results.join()}],"total":${results.length}}`,
  )
  const plan = { offset, limit, primaryKey: "id", hidePrimaryKey: false, sort: [], hideFields: [] }
  return JSON.parse(mergeDocuments(answers, plan)).results.map(({ id }: { readonly id: unknown }) => id)
}

const ids = (documents: ReadonlyArray<Stored>): ReadonlyArray<unknown> => documents.map(({ id }) => id)

describe("documents of equal rank", () => {
  it("come in the order of arrival when none was written twice, whatever their ids", () => {
    const rows = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), node, fc.nat(3)), {
      selector: ([id]) => `x${id.trim()}`,
      maxLength: 40,
    })
    fc.assert(
      fc.property(rows, (rows) => {
        let version = 1
        const documents = rows.map(([id, onNode, step], position) => {
          version += step === 0 ? 1 : 0
          return { id: `x${id.trim()}`, node: onNode, version, position }
        })
        expect(searched(documents, 0, 100)).toEqual(ids(documents))
        expect(listed(documents, 0, 100)).toEqual(ids(documents))
      }),
    )
  })

  it("come in the order of arrival when their ids grow, however often they were written again", () => {
    const rows = fc.array(fc.tuple(node, fc.nat(9), fc.nat(9)), { maxLength: 40 })
    fc.assert(
      fc.property(rows, (rows) => {
        // Of one write alone the positions are believed.
        fc.pre(rows.length < 2 || rows[0]![1] !== rows[1]![1])
        const documents = rows.map(([onNode, version, position], id) => ({ id, node: onNode, version, position }))
        expect(searched(documents, 0, 100)).toEqual(ids(documents))
        expect(listed(documents, 0, 100)).toEqual(ids(documents))
      }),
    )
  })

  it("continue on the next page, whatever their ids and versions", () => {
    const rows = fc.uniqueArray(fc.tuple(fc.nat(1_000), node, fc.nat(9)), { selector: ([id]) => id, maxLength: 30 })
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 10 }), (rows, size) => {
        const documents = rows.map(([id, onNode, version], position) => ({ id, node: onNode, version, position }))
        for (const read of [searched, listed]) {
          const whole = read(documents, 0, 100)
          for (let offset = 0; offset <= rows.length; offset += size)
            expect(read(documents, offset, size)).toEqual(whole.slice(offset, offset + size))
        }
      }),
    )
  })

  it("are compared by the witness that descends less often inside the nodes' lists", () => {
    const arrival = (id: string, write: string, position = "aaaaaaaaa") => ({ id, version: write + position })
    const left = arrival("7", "b")
    const right = arrival("9", "a")
    expect(chooseTieOrder([[arrival("1", "b"), arrival("2", "a")]], true)(left, right)).toBeLessThan(0)
    expect(chooseTieOrder([[arrival("2", "a"), arrival("1", "b")]], true)(left, right)).toBeGreaterThan(0)
    expect(chooseTieOrder([[arrival("1", "a")], [arrival("2", "b")]], true)(left, right)).toBeLessThan(0)
    const oneWrite = [[arrival("1", "a", "bbbbbbbbb")], [arrival("2", "a")]]
    expect(chooseTieOrder(oneWrite, true)(left, right)).toBeGreaterThan(0)
    // Behind what was looked at there may be documents of earlier writes.
    expect(chooseTieOrder(oneWrite, false)(left, right)).toBeLessThan(0)
    expect(chooseTieOrder([[arrival("x", "a")], [arrival("y", "a")]], true)(left, right)).toBeGreaterThan(0)
  })
})
