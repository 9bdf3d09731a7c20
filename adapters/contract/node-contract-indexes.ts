import { expect, it } from "vitest"
import { type ContractClient, errorOf } from "./contract-client.ts"

export const indexCases = ({ call, write }: ContractClient): void => {
  it("a server says that it is healthy and which version it is", async () => {
    expect(await call("GET", "/health")).toMatchObject({ status: 200, body: { status: "available" } })
    expect((await call("GET", "/version")).body).toMatchObject({ pkgVersion: "1.21.0" })
  })

  it("a created index is empty, without a primary key, and listed", async () => {
    const task = await write("POST", "/indexes", { uid: "made" })
    expect(task).toMatchObject({ type: "indexCreation", status: "succeeded", indexUid: "made" })
    expect(task.details).toEqual({ primaryKey: null })
    const index = (await call("GET", "/indexes/made")).body
    expect(Object.keys(index)).toEqual(["uid", "createdAt", "updatedAt", "primaryKey"])
    expect(index).toMatchObject({ uid: "made", primaryKey: null })
    expect((await call("GET", "/indexes?limit=100")).body.results).toContainEqual(index)
  })

  it("creating an index twice is accepted and fails as a task", async () => {
    await write("POST", "/indexes", { uid: "twice", primaryKey: "id" })
    const task = await write("POST", "/indexes", { uid: "twice" })
    expect(task).toMatchObject({
      status: "failed",
      error: errorOf("index_already_exists", "Index `twice` already exists."),
    })
  })

  it("a physical name with two underscores is a valid index uid", async () => {
    expect(await write("POST", "/indexes", { uid: "movies__12" })).toMatchObject({ status: "succeeded" })
  })

  it("indexes are listed by name, and a page says how many there are", async () => {
    for (const uid of ["list-c", "list-a", "list-b"]) await call("POST", "/indexes", { uid })
    await write("POST", "/indexes", { uid: "list-d" })
    const all = (await call("GET", "/indexes?limit=1000")).body
    const names = all.results.map((index: { uid: string }) => index.uid)
    expect(names).toEqual([...names].sort())
    const page = (await call("GET", "/indexes?offset=1&limit=2")).body
    expect(page).toEqual({ results: all.results.slice(1, 3), offset: 1, limit: 2, total: all.total })
  })

  it("an empty payload creates the index and leaves the primary key open", async () => {
    const task = await write("POST", "/indexes/from-nothing/documents", [])
    expect(task).toMatchObject({ status: "succeeded", details: { receivedDocuments: 0, indexedDocuments: 0 } })
    expect((await call("GET", "/indexes/from-nothing")).body).toMatchObject({ primaryKey: null })
  })

  it("an empty payload with a primary key sets it", async () => {
    await write("POST", "/indexes/keyed-by-nothing/documents?primaryKey=sku", [])
    expect((await call("GET", "/indexes/keyed-by-nothing")).body).toMatchObject({ primaryKey: "sku" })
  })

  it("the primary key changes only while there are no documents", async () => {
    await write("POST", "/indexes", { uid: "rekeyed", primaryKey: "a" })
    expect(await write("PATCH", "/indexes/rekeyed", { primaryKey: "id" })).toMatchObject({ status: "succeeded" })
    await write("POST", "/indexes/rekeyed/documents", [{ id: 1 }])
    expect(await write("PATCH", "/indexes/rekeyed", { primaryKey: "a" })).toMatchObject({
      status: "failed",
      error: errorOf("index_primary_key_already_exists", "Index `rekeyed`: Index already has a primary key: `id`."),
    })
  })

  it("a deleted index is gone, and its task says how many documents went with it", async () => {
    await write("POST", "/indexes/doomed/documents", [{ id: 1 }, { id: 2 }])
    expect(await write("DELETE", "/indexes/doomed")).toMatchObject({
      status: "succeeded",
      details: { deletedDocuments: 2 },
    })
    expect(await call("GET", "/indexes/doomed")).toMatchObject({
      status: 404,
      body: errorOf("index_not_found", "Index `doomed` not found."),
    })
  })

  it("deleting a missing index is accepted and fails as a task", async () => {
    expect(await write("DELETE", "/indexes/never-was")).toMatchObject({
      status: "failed",
      details: { deletedDocuments: 0 },
      error: errorOf("index_not_found", "Index `never-was` not found."),
    })
  })

  it("two indexes swap their contents", async () => {
    await call("POST", "/indexes/swap-a/documents", [{ id: "from-a" }])
    await write("POST", "/indexes/swap-b/documents", [{ id: "from-b" }])
    const task = await write("POST", "/swap-indexes", [{ indexes: ["swap-a", "swap-b"] }])
    expect(task).toMatchObject({ type: "indexSwap", indexUid: null, status: "succeeded" })
    expect((await call("GET", "/indexes/swap-a/documents")).body.results).toEqual([{ id: "from-b" }])
    expect((await call("GET", "/indexes/swap-b/documents")).body.results).toEqual([{ id: "from-a" }])
  })

  it("stats count documents and the fields they have", async () => {
    await write("POST", "/indexes/counted/documents", [
      { id: 1, z: null },
      { id: 2, a: { b: 1 } },
      { id: 3, z: 1 },
    ])
    const stats = (await call("GET", "/indexes/counted/stats")).body
    expect(stats).toMatchObject({ numberOfDocuments: 3, isIndexing: false, fieldDistribution: { a: 1, id: 3, z: 2 } })
    expect(Object.keys(stats.fieldDistribution)).toEqual(["a", "id", "z"])
    expect((await call("GET", "/stats")).body.indexes.counted).toEqual(stats)
  })
}
