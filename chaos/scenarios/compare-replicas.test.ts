import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { compareReplicas, type Replica } from "./compare-replicas.ts"

const replica = (node: string, contents: Readonly<Record<string, string>>, shard = 0): Replica => ({
  index: "movies__1",
  shard,
  node,
  contents: new Map(Object.entries(contents)),
})

const contents = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.constantFrom("x", "y"), { noNullPrototype: true })

describe("comparing replicas", () => {
  it("finds nothing when every shard has equal contents on as many nodes as it should", () => {
    fc.assert(
      fc.property(fc.array(contents), (shards) => {
        const replicas = shards.flatMap((documents, shard) => [
          replica(`n${shard % 3}`, documents, shard),
          replica(`n${(shard + 1) % 3}`, documents, shard),
          replica(`n${(shard + 2) % 3}`, {}, shard),
        ])
        expect(compareReplicas(replicas, 2)).toEqual([])
      }),
    )
  })

  it("names each document that is different or missing on one side", () => {
    const replicas = [replica("n1", { a: "x", b: "x", c: "x" }), replica("n2", { a: "x", b: "y" })]
    expect(compareReplicas(replicas, 2)).toEqual([
      "movies__1 shard 0, document b: n1 has x, n2 has y",
      "movies__1 shard 0, document c: n1 has x, n2 has absent",
    ])
  })

  it("sees a replica that is empty beside a full one", () => {
    expect(compareReplicas([replica("n1", { a: "x" }), replica("n2", {})], 2)).toEqual([
      "movies__1 shard 0 has documents on 1 nodes instead of 2 (n1: 1, n2: 0)",
    ])
  })

  it("sees a leftover on a node that should hold nothing", () => {
    const replicas = [replica("n1", { a: "x" }), replica("n2", { a: "x" }), replica("n3", { a: "x" })]
    expect(compareReplicas(replicas, 2)).toHaveLength(1)
  })
})
