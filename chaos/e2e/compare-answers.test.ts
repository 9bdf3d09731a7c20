import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { absent, compareAnswers } from "./compare-answers.ts"

const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe("comparing answers", () => {
  it("finds nothing between an answer and its copy", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(compareAnswers(copy(value), copy(value))).toEqual([])
      }),
    )
  })

  it("finds exactly the one member that was changed, at its path", () => {
    const members = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.integer(), {
      minKeys: 1,
      noNullPrototype: true,
    })
    fc.assert(
      fc.property(members, fc.nat(), (object, choice) => {
        const name = Object.keys(object)[choice % Object.keys(object).length] ?? ""
        const changed = { ...object, [name]: "changed" }
        const expected = { path: `hits[0].${name}`, expected: object[name], actual: "changed" }
        expect(compareAnswers({ hits: [object] }, { hits: [changed] })).toEqual([expected])
      }),
    )
  })

  it("finds a difference in one direction when and only when it finds one in the other", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        expect(compareAnswers(left, right).length > 0).toBe(compareAnswers(right, left).length > 0)
      }),
    )
  })

  it("tells a missing member from a null", () => {
    expect(compareAnswers({ a: null }, {})).toEqual([{ path: "a", expected: null, actual: absent }])
    expect(compareAnswers({}, { a: null })).toEqual([{ path: "a", expected: absent, actual: null }])
  })

  it("tells an empty list from an empty object, and a number from its text", () => {
    expect(compareAnswers([], {})).toHaveLength(1)
    expect(compareAnswers(1, "1")).toHaveLength(1)
  })

  it("sees hits in another order", () => {
    expect(compareAnswers({ hits: [{ id: 1 }, { id: 2 }] }, { hits: [{ id: 2 }, { id: 1 }] })).toEqual([
      { path: "hits[0].id", expected: 1, actual: 2 },
      { path: "hits[1].id", expected: 2, actual: 1 },
    ])
  })

  it("sees facet values in another order, but not members of a document in another order", () => {
    const left = { facetDistribution: { "Major Genre": { Drama: 2, Comedy: 1 } } }
    const right = { facetDistribution: { "Major Genre": { Comedy: 1, Drama: 2 } } }
    expect(compareAnswers(left, right)).toEqual([
      {
        path: 'facetDistribution["Major Genre"] (order of names)',
        expected: "Drama, Comedy",
        actual: "Comedy, Drama",
      },
    ])
    expect(compareAnswers({ hits: [{ a: 1, b: 2 }] }, { hits: [{ b: 2, a: 1 }] })).toEqual([])
  })
})
