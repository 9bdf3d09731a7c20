import { describe, expect, it } from "vitest"
import { isRefusal, readNodeError, toUserError } from "./node-error.ts"

const hidden = (message: string): string =>
  toUserError({ message, code: "c", type: "invalid_request", link: "" }, "movies__12", "movies").message

const shown = (message: string): string =>
  toUserError({ message, code: "c", type: "t", link: "" }, "movies__12", "movies", ["a"]).message

describe("an error of a node, as a client sees it", () => {
  it("carries the client's name of the index", () => {
    expect(hidden("Index `movies__12`: Attribute `x` is not sortable.")).toBe(
      "Index `movies`: Attribute `x` is not sortable.",
    )
  })

  it("calls an index missing that a node has without what we have added to it", () => {
    const message = 'Index `movies__12`: Attribute `_miroir_shard` is not filterable.\n1:14 _miroir_shard IN ["!"]'
    const error = { message, code: "invalid_document_filter", type: "invalid_request", link: "" }
    expect(toUserError(error, "movies__12", "movies")).toMatchObject({
      code: "index_not_found",
      message: "Index `movies` not found.",
    })
  })

  it("lists no hidden attribute", () => {
    expect(hidden("Available filterable attribute patterns are: `a, _miroir_shard`.")).toBe(
      "Available filterable attribute patterns are: `a`.",
    )
    expect(hidden("Available filterable attribute patterns are: `_miroir_shard`, `genre`.\n1:5 year = 1965")).toBe(
      "Available filterable attribute patterns are: `genre`.\n1:5 year = 1965",
    )
    expect(hidden("Available filterable attributes patterns are: `a, b, _miroir_shard`.")).toBe(
      "Available filterable attributes patterns are: `a, b`.",
    )
    expect(hidden("Available filterable attributes are: `_miroir_shard`.\n1:2 x = 1")).toBe(
      "This index does not have configured filterable attributes.\n1:2 x = 1",
    )
  })

  it("says that there are attributes that are not displayed, but not which, except in errors of filters", () => {
    expect(shown("Available searchable attributes are: `a, b`.")).toBe(
      "Available searchable attributes are: `a, <..hidden-attributes>`.",
    )
    expect(shown("Available filterable attributes patterns are: `a`.")).toBe(
      "Available filterable attributes patterns are: `a`.",
    )
    const filter = "Available filterable attribute patterns are: `b`.\n1:5 x = 1"
    expect(shown(filter)).toBe(filter)
  })

  it("is read only from the shape that Meilisearch gives it", () => {
    expect(readNodeError("<html>502</html>")).toBeNull()
    expect(readNodeError('{"message":"m"}')).toBeNull()
    expect(readNodeError('{"message":"m","code":"c","type":"auth","link":"l"}')?.code).toBe("c")
  })

  it("refuses a request only where every node would say the same", () => {
    const refusals = [400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503].filter((status) =>
      isRefusal({ status, body: "" }),
    )
    expect(refusals).toEqual([400, 404, 409, 413, 415])
  })
})
