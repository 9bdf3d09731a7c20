import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { placeShards } from "./place-shards.ts"
import type { ReplicaGroup, Topology } from "./topology.ts"

const groupOf = (id: string, nodeIds: ReadonlyArray<string>): ReplicaGroup => ({
  id,
  nodes: nodeIds.map((nodeId) => ({ id: nodeId, url: `http://${nodeId}:7700` })),
})
const fleetOf = (replicationFactor: number, groups: ReadonlyArray<ReplicaGroup>): Topology => ({
  epoch: 1,
  replicationFactor,
  defaultShardCount: 64,
  groups,
})
const nodeIds = (count: number): Array<string> => Array.from({ length: count }, (_, index) => `node-${index}`)

const names = fc.stringMatching(/^[a-z0-9-]{1,12}$/)
const fleets = fc.record({
  uid: fc.string({ minLength: 1, maxLength: 30 }),
  shardCount: fc.integer({ min: 1, max: 128 }),
  replicationFactor: fc.integer({ min: 1, max: 4 }),
  groups: fc.uniqueArray(fc.record({ id: names, nodes: fc.uniqueArray(names, { minLength: 1, maxLength: 6 }) }), {
    minLength: 1,
    maxLength: 3,
    selector: (group) => group.id,
  }),
})

/** Standard deviation of how many of `count` replicas fall on a node that gets each with the given chance. */
const deviationOf = (count: number, chance: number): number => Math.sqrt(count * chance * (1 - chance))

describe("placeShards", () => {
  test("every shard has as many distinct replicas in each group as the factor and the group allow", () => {
    fc.assert(
      fc.property(fleets, ({ uid, shardCount, replicationFactor, groups }) => {
        const topology = fleetOf(
          replicationFactor,
          groups.map((group) => groupOf(group.id, group.nodes)),
        )
        const placement = placeShards(uid, shardCount, topology)
        expect(Object.keys(placement).sort()).toEqual(groups.map((group) => group.id).sort())
        for (const group of groups) {
          expect(placement[group.id]).toHaveLength(shardCount)
          for (const replicas of placement[group.id]!) {
            expect(replicas).toHaveLength(Math.min(replicationFactor, group.nodes.length))
            expect(new Set(replicas).size).toBe(replicas.length)
            expect(group.nodes).toEqual(expect.arrayContaining([...replicas]))
          }
        }
      }),
    )
  })

  test("the order of nodes and groups in the topology does not matter", () => {
    fc.assert(
      fc.property(fleets, ({ uid, shardCount, replicationFactor, groups }) => {
        const written = fleetOf(
          replicationFactor,
          groups.map((group) => groupOf(group.id, group.nodes)),
        )
        const turned = fleetOf(
          replicationFactor,
          groups.toReversed().map((group) => groupOf(group.id, group.nodes.toReversed())),
        )
        expect(placeShards(uid, shardCount, turned)).toEqual(placeShards(uid, shardCount, written))
      }),
    )
  })

  test("a node that joins a group takes shards over but moves none between the others, nor in another group", () => {
    fc.assert(
      fc.property(fleets, names, ({ uid, shardCount, replicationFactor, groups }, joining) => {
        const [first, ...others] = groups
        fc.pre(!first!.nodes.includes(joining))
        const rest = others.map((group) => groupOf(group.id, group.nodes))
        const before = fleetOf(replicationFactor, [groupOf(first!.id, first!.nodes), ...rest])
        const after = fleetOf(replicationFactor, [groupOf(first!.id, [...first!.nodes, joining]), ...rest])
        const old = placeShards(uid, shardCount, before)
        const grown = placeShards(uid, shardCount, after)
        for (const group of rest) expect(grown[group.id]).toEqual(old[group.id])
        for (let shard = 0; shard < shardCount; shard++) {
          const kept = grown[first!.id]![shard]!.filter((nodeId) => nodeId !== joining)
          // What stays keeps its rank too: the survivors are the best of before.
          expect(kept).toEqual(old[first!.id]![shard]!.slice(0, kept.length))
        }
      }),
    )
  })

  test.each([
    [3, 1, 64],
    [3, 2, 64],
    [5, 2, 128],
    [8, 3, 512],
  ])(
    "a node that joins %i nodes (factor %i, %i shards) takes its fair share of the replicas on average",
    (nodes, factor, shardCount) => {
      const indexes = 100
      let taken = 0
      for (let index = 0; index < indexes; index++) {
        const grown = placeShards(`index-${index}`, shardCount, fleetOf(factor, [groupOf("a", nodeIds(nodes + 1))]))
        taken += grown["a"]!.filter((replicas) => replicas.includes(`node-${nodes}`)).length
      }
      const share = taken / (indexes * shardCount * factor)
      expect(share).toBeGreaterThan(0.95 / (nodes + 1))
      expect(share).toBeLessThan(1.05 / (nodes + 1))
    },
  )

  test("no node strays more than five standard deviations of a fair draw from its share of one index", () => {
    for (const shardCount of [64, 128, 256, 512])
      for (const nodes of [2, 3, 5, 8])
        for (const factor of [1, 2]) {
          if (factor >= nodes) continue
          const chance = factor / nodes
          const allowed = 5 * deviationOf(shardCount, chance)
          for (let index = 0; index < 20; index++) {
            const placement = placeShards(
              `movies-${index}`,
              shardCount,
              fleetOf(factor, [groupOf("a", nodeIds(nodes))]),
            )
            for (const nodeId of nodeIds(nodes)) {
              const held = placement["a"]!.filter((replicas) => replicas.includes(nodeId)).length
              expect(Math.abs(held - shardCount * chance)).toBeLessThan(allowed)
            }
          }
        }
  })

  test("indexes of one shard begin on different nodes", () => {
    const fleet = fleetOf(1, [groupOf("a", nodeIds(3))])
    const holders = new Set(Array.from({ length: 50 }, (_, index) => placeShards(`i${index}`, 1, fleet)["a"]![0]![0]))
    expect(holders.size).toBe(3)
  })

  test("the placement of an index is the same in every version of this program", () => {
    const fleet = fleetOf(2, [groupOf("a", ["n1", "n2", "n3"])])
    const ranked = placeShards("movies__1", 6, fleet)["a"]!.map((replicas) => replicas.join(" "))
    expect(ranked).toEqual(["n3 n2", "n1 n2", "n2 n1", "n1 n2", "n3 n2", "n3 n1"])
  })
})
