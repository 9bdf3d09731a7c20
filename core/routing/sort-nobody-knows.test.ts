import { describe, expect, test } from "vitest"
import { errorBody } from "#core/protocol/meilisearch-error.ts"
import { refusalOfAll, withoutRefusedSort } from "./sort-nobody-knows.ts"

const refusalOf = (field: string) =>
  errorBody(
    "invalid_document_sort",
    `Attribute \`${field}\` is not sortable. Available sortable attributes are: \`a, b\`.`,
  )

const bySort = (...fields: ReadonlyArray<string>) => fields.map((field) => ({ field, direction: "asc" as const }))

describe("a node that does not know an attribute", () => {
  test("is asked again for the number of its documents and none of them, and whether it knows the other attributes", () => {
    expect(withoutRefusedSort('{"limit":3,"sort":["a:asc","b:desc"]}', refusalOf("a"))).toBe(
      '{"limit":0,"sort":["b:desc"]}',
    )
  })

  test("is not asked again about anything else", () => {
    expect(withoutRefusedSort('{"sort":["a:asc"]}', errorBody("invalid_document_filter", "x"))).toBeNull()
    expect(withoutRefusedSort('{"sort":["a:asc"]}', refusalOf("c"))).toBeNull()
    expect(withoutRefusedSort('{"filter":"x"}', refusalOf("c"))).toBeNull()
  })
})

describe("a sort is refused", () => {
  test("when no node knows the attribute", () => {
    expect(refusalOfAll([[refusalOf("b")], [refusalOf("a"), refusalOf("b")]], bySort("a", "b"))).toEqual(refusalOf("b"))
  })

  test("for the first attribute of the sort that no node knows", () => {
    const both = [refusalOf("b"), refusalOf("a")]
    expect(refusalOfAll([both, both], bySort("a", "b"))).toEqual(refusalOf("a"))
  })

  test("not when one node knows it", () => {
    expect(refusalOfAll([[refusalOf("a")], []], bySort("a"))).toBeNull()
    expect(refusalOfAll([], bySort("a"))).toBeNull()
  })
})
