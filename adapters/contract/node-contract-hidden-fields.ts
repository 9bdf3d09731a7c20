import { beforeAll, expect, it } from "vitest"
import { encodeVersion, hiddenMembers, shardClause, shardField, versionField } from "#core/protocol/hidden-fields.ts"
import { type Answered, type ContractClient, idsOf } from "./contract-client.ts"

/** A document as Miroir sends it: the hidden members in front of its own. */
const withHidden = (
  document: { readonly id: number | string; readonly [member: string]: unknown },
  shard: number,
  version: number,
): string => `{${hiddenMembers(shard, version)},${JSON.stringify(document).slice(1)}`

const plain = [
  { id: 1, title: "hello world" },
  { id: 2, title: "world hello 12" },
  { id: 3, title: "hello 1 big world" },
  { id: 4, title: "other" },
]
/** Documents 1 and 3 in shard 1, document 2 in shard 12, document 4 in shard 16806. */
const shards = [1, 12, 1, 16_806]
const hiddenBody = plain.map((document, at) => withHidden(document, shards[at]!, 100 + at)).join("\n")

export const hiddenFieldCases = ({ call, search, write }: ContractClient): void => {
  beforeAll(async () => {
    const settings = { filterableAttributes: ["id", shardField, versionField], sortableAttributes: [versionField] }
    await call("PATCH", "/indexes/hidden/settings", settings)
    await call("POST", "/indexes/bare/documents", plain)
    await write("POST", "/indexes/hidden/documents", `\n${hiddenBody}`)
  })

  it("a shard clause reads exactly the documents of its shards, in a search and in a list", async () => {
    for (const [wanted, ids] of [
      [[1], [1, 3]],
      [[12], [2]],
      [
        [16_806, 1],
        [1, 3, 4],
      ],
      [[0, 2], []],
    ] as const) {
      const filter = shardClause(wanted)
      expect(idsOf(await search("hidden", { filter }))).toEqual(ids)
      expect(idsOf((await call("POST", "/indexes/hidden/documents/fetch", { filter })).body)).toEqual(ids)
    }
    expect(idsOf(await search("hidden", { filter: `${shardField} IN ["!!!!#"]` }))).toEqual([1, 3])
  })

  it("a shard clause joins any filter of the client as one more member of the outer array", async () => {
    expect(idsOf(await search("hidden", { filter: ["id > 1 OR id = 1", shardClause([1])] }))).toEqual([1, 3])
    expect(idsOf(await search("hidden", { filter: [["id = 3", "id = 2"], shardClause([1])] }))).toEqual([3])
  })

  it.each(["12", "1", "#", "!", "!!!!#", "%", "&*+,", "miroir", "_miroir_shard"])(
    "the query %s is answered as if there were no hidden fields",
    async (q) => {
      expect(idsOf(await search("hidden", { q }))).toEqual(idsOf(await search("bare", { q })))
    },
  )

  it("hidden values change no score and are never highlighted", async () => {
    for (const q of ["hello world", "world", "hello 1", "12"]) {
      const request = {
        q,
        showRankingScore: true,
        showRankingScoreDetails: true,
        showMatchesPosition: true,
        attributesToRetrieve: ["id"],
      }
      expect((await search("hidden", request)).hits).toEqual((await search("bare", request)).hits)
    }
  })

  it("hidden members come back first in hits, documents, facets and stats: they must be stripped", async () => {
    const { hits, facetDistribution } = await search("hidden", { facets: ["*"], limit: 1 })
    expect(Object.keys(hits[0])).toEqual([shardField, versionField, "id", "title"])
    expect(Object.keys(facetDistribution)).toEqual([shardField, versionField, "id"])
    expect((await call("GET", "/indexes/hidden/documents/4")).text).toBe(withHidden(plain[3]!, 16_806, 103))
    expect((await call("GET", "/indexes/hidden/stats")).body.fieldDistribution).toMatchObject({
      [shardField]: 4,
      [versionField]: 4,
    })
  })

  it("encoded versions filter and sort like the numbers", async () => {
    expect(idsOf(await search("hidden", { filter: `${versionField} >= "${encodeVersion(102)}"` }))).toEqual([3, 4])
    const numbers = [7, 6, 48, 49, 2 ** 32 - 1, 50]
    const body = numbers.map((version, at) => withHidden({ id: at }, 0, version)).join("\n")
    await call("PUT", "/indexes/versions/settings/sortable-attributes", [versionField])
    await write("POST", "/indexes/versions/documents", `\n${body}`)
    const { hits } = await search("versions", { sort: [`${versionField}:asc`] })
    expect(hits.map((hit: Answered) => numbers[hit.id])).toEqual(numbers.toSorted((left, right) => left - right))
  })

  it("a partial update replaces the version that it carries and keeps other members", async () => {
    await write("POST", "/indexes/partial/documents", `\n${withHidden({ id: 1, title: "old", kept: true }, 3, 5)}`)
    await write("PUT", "/indexes/partial/documents", `\n${withHidden({ id: 1, title: "new" }, 3, 9)}`)
    const { [versionField]: version, title, kept } = (await call("GET", "/indexes/partial/documents/1")).body
    expect([version.startsWith(encodeVersion(9)), title, kept]).toEqual([true, "new", true])
  })

  it("a deletion with a shard clause counts only documents of the shard", async () => {
    await call("PUT", "/indexes/shard-deletion/settings/filterable-attributes", [shardField, "n"])
    const body = [1, 1, 2, 2].map((shard, at) => withHidden({ id: at, n: at % 2 }, shard, 1)).join("\n")
    await write("POST", "/indexes/shard-deletion/documents", `\n${body}`)
    const task = await write("POST", "/indexes/shard-deletion/documents/delete", {
      filter: ["n = 1", shardClause([2])],
    })
    expect(task.details).toMatchObject({ deletedDocuments: 1 })
    expect(idsOf((await call("GET", "/indexes/shard-deletion/documents")).body)).toEqual([0, 1, 2])
  })
}
