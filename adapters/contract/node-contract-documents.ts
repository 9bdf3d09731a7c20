import { expect, it } from "vitest"
import { type ContractClient, errorOf, idsOf } from "./contract-client.ts"

const invalidId = (shown: string): string =>
  `Document identifier \`${shown}\` is invalid. A document identifier can be of type integer or string, only composed of alphanumeric characters (a-z A-Z 0-9), hyphens (-) and underscores (_), and can not be more than 511 bytes.`

export const documentCases = ({ call, write }: ContractClient): void => {
  it("numbers come back digit by digit, whatever a double could hold", async () => {
    await write(
      "POST",
      "/indexes/numbers/documents",
      `[{"id":9007199254740993,"a":1.0,"b":18446744073709551615,"c":-9223372036854775808,"d":1e3,"e":1.5E-7,"f":0.10,"g":-0}]`,
    )
    expect((await call("GET", "/indexes/numbers/documents/9007199254740993")).text).toBe(
      `{"id":9007199254740993,"a":1.0,"b":18446744073709551615,"c":-9223372036854775808,"d":1000.0,"e":1.5e-7,"f":0.1,"g":-0.0}`,
    )
  })

  it('a new version replaces the whole document, and 1 and "1" are the same document', async () => {
    await write("POST", "/indexes/replaced/documents", [{ id: 1, a: 1, b: 2 }])
    const task = await write("POST", "/indexes/replaced/documents", [
      { id: "1", b: 3 },
      { id: "1", c: 4 },
    ])
    expect(task.details).toEqual({ receivedDocuments: 2, indexedDocuments: 1 })
    expect((await call("GET", "/indexes/replaced/documents")).body).toEqual({
      results: [{ id: "1", c: 4 }],
      offset: 0,
      limit: 20,
      total: 1,
    })
  })

  it("a partial update merges the top level only, and creates what is missing", async () => {
    await write("POST", "/indexes/merged/documents", [{ id: 1, a: { x: 1, y: 2 }, b: 1 }])
    await write("PUT", "/indexes/merged/documents", [
      { id: 1, a: { x: 9 }, c: null },
      { id: 2, b: 5 },
    ])
    expect((await call("GET", "/indexes/merged/documents")).body.results).toEqual([
      { id: 1, a: { x: 9 }, b: 1, c: null },
      { id: 2, b: 5 },
    ])
  })

  it("a payload is an array, one object, or NDJSON", async () => {
    await call("POST", "/indexes/shapes/documents", [{ id: 1 }])
    await call("POST", "/indexes/shapes/documents", { id: 2 })
    const task = await write("POST", "/indexes/shapes/documents", `\n{"id":3}\n{"id":4}\n`)
    expect(task.details).toEqual({ receivedDocuments: 2, indexedDocuments: 2 })
    expect(idsOf((await call("GET", "/indexes/shapes/documents")).body)).toEqual([1, 2, 3, 4])
  })

  it("documents come in the order of their insertion, and an update does not move one", async () => {
    await call("POST", "/indexes/ordered/documents", [{ id: "b" }, { id: "a" }, { id: "c" }])
    await write("POST", "/indexes/ordered/documents", [{ id: "b", changed: true }, { id: "0" }])
    expect(idsOf((await call("GET", "/indexes/ordered/documents")).body)).toEqual(["b", "a", "c", "0"])
    expect((await call("GET", "/indexes/ordered/documents?offset=1&limit=2")).body).toEqual({
      results: [{ id: "a" }, { id: "c" }],
      offset: 1,
      limit: 2,
      total: 4,
    })
  })

  it("fields, ids and one document can be asked for", async () => {
    await write("POST", "/indexes/asked/documents", [{ id: 1, a: { x: 1, y: 2 }, b: 3 }, { id: "k" }])
    expect((await call("GET", "/indexes/asked/documents?fields=id,a.x,none")).body.results).toEqual([
      { id: 1, a: { x: 1 } },
      { id: "k" },
    ])
    expect((await call("POST", "/indexes/asked/documents/fetch", { ids: ["k", 7], fields: ["id"] })).body).toEqual({
      results: [{ id: "k" }],
      offset: 0,
      limit: 20,
      total: 1,
    })
    expect((await call("GET", "/indexes/asked/documents/1?fields=b")).body).toEqual({ b: 3 })
    expect((await call("POST", "/indexes/asked/documents/fetch", { limit: 0 })).body).toMatchObject({
      results: [],
      total: 2,
    })
    expect(await call("GET", "/indexes/asked/documents/x")).toMatchObject({
      status: 404,
      body: errorOf("document_not_found", "Document `x` not found."),
    })
  })

  it("deletions by id count what was there", async () => {
    await write("POST", "/indexes/erased/documents", [{ id: 1 }, { id: 2 }, { id: "c" }])
    expect((await write("DELETE", "/indexes/erased/documents/1")).details).toEqual({
      providedIds: 1,
      deletedDocuments: 1,
      originalFilter: null,
    })
    expect((await write("DELETE", "/indexes/erased/documents/1")).details).toEqual({
      providedIds: 1,
      deletedDocuments: 0,
      originalFilter: null,
    })
    expect((await write("POST", "/indexes/erased/documents/delete-batch", ["c", 2, 99])).details).toEqual({
      providedIds: 3,
      deletedDocuments: 2,
      originalFilter: null,
    })
    expect((await call("GET", "/indexes/erased/documents")).body.total).toBe(0)
  })

  it("a deletion by filter counts what it deleted and repeats the filter", async () => {
    await call("PUT", "/indexes/filtered-away/settings/filterable-attributes", ["n"])
    await write(
      "POST",
      "/indexes/filtered-away/documents",
      [1, 2, 3, 4].map((id) => ({ id, n: id % 2 })),
    )
    const task = await write("POST", "/indexes/filtered-away/documents/delete", { filter: ["n = 1"] })
    expect(task).toMatchObject({ type: "documentDeletion", status: "succeeded" })
    expect(task.details).toEqual({ providedIds: 0, deletedDocuments: 2, originalFilter: `["n = 1"]` })
    expect(idsOf((await call("GET", "/indexes/filtered-away/documents")).body)).toEqual([2, 4])
  })

  it("clearing an index counts all its documents and keeps its primary key", async () => {
    await write("POST", "/indexes/cleared/documents", [{ id: 1 }, { id: 2 }])
    expect((await write("DELETE", "/indexes/cleared/documents")).details).toEqual({ deletedDocuments: 2 })
    expect((await call("GET", "/indexes/cleared")).body.primaryKey).toBe("id")
  })

  it("the one field whose name ends with id becomes the primary key", async () => {
    await write("POST", "/indexes/inferred/documents", [{ name: "x", movieID: 7 }])
    expect((await call("GET", "/indexes/inferred")).body.primaryKey).toBe("movieID")
  })

  const refusals: ReadonlyArray<
    readonly [title: string, query: string, document: object, code: string, message: string]
  > = [
    [
      "a document without any id field",
      "",
      { a: 1 },
      "index_primary_key_no_candidate_found",
      "The primary key inference failed as the engine did not find any field ending with `id` in its name. Please specify the primary key manually using the `primaryKey` query parameter.",
    ],
    [
      "a document with two id fields",
      "",
      { aid: 1, bid: 2 },
      "index_primary_key_multiple_candidates_found",
      "The primary key inference failed as the engine found 2 fields ending with `id` in their names: 'aid' and 'bid'. Please specify the primary key manually using the `primaryKey` query parameter.",
    ],
    [
      "a document without the primary key",
      "?primaryKey=sku",
      { a: 1 },
      "missing_document_id",
      'Document doesn\'t have a `sku` attribute: `{"a":1}`.',
    ],
    ["a fraction as id", "?primaryKey=sku", { sku: 1.5 }, "invalid_document_id", invalidId("1.5")],
    ["an id with a space", "?primaryKey=sku", { sku: "a b" }, "invalid_document_id", invalidId('"a b"')],
    ["null as id", "?primaryKey=sku", { sku: null }, "invalid_document_id", invalidId("null")],
  ]
  it.each(refusals)("%s fails its whole task and nothing is stored", async (_title, query, document, code, message) => {
    const uid = `refused-${code}-${query.length}`
    const task = await write("POST", `/indexes/${uid}/documents${query}`, [
      query === "" ? document : { sku: "good" },
      document,
    ])
    expect(task).toMatchObject({ status: "failed", error: errorOf(code, message) })
    expect(task.details).toEqual({ receivedDocuments: 2, indexedDocuments: 0 })
    expect((await call("GET", `/indexes/${uid}/documents`)).body.total).toBe(0)
  })

  it("another primary key than that of the index fails the task", async () => {
    await write("POST", "/indexes/other-key/documents", [{ id: 1 }])
    expect(await write("POST", "/indexes/other-key/documents?primaryKey=sku", [{ id: 2, sku: 2 }])).toMatchObject({
      status: "failed",
      error: errorOf("index_primary_key_already_exists", "Index already has a primary key: `id`."),
    })
  })
}
