import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { startWrite, stepWrite } from "./step.ts"
import { type NodeOutcome, type Write, type WriteReplica, quorumOf } from "./write.ts"

const error = { message: "m", code: "c", type: "invalid_request", link: "" }

const outcome: fc.Arbitrary<NodeOutcome> = fc.oneof(
  fc.constant<NodeOutcome>({ tag: "acknowledged" }),
  fc.constant<NodeOutcome>({ tag: "refused", error }),
  fc.constant<NodeOutcome>({ tag: "missed", reason: "refused the connection" }),
  fc.constant<NodeOutcome>({ tag: "unknown", reason: "timed out" }),
)

/** Groups of nodes, a replication factor, shards on consecutive nodes of each group, and which replicas are in sync. */
const world = fc
  .record({
    groupCount: fc.integer({ min: 1, max: 3 }),
    nodeCount: fc.integer({ min: 1, max: 4 }),
    factor: fc.integer({ min: 1, max: 3 }),
    shardCount: fc.integer({ min: 1, max: 6 }),
    outcomes: fc.array(outcome, { minLength: 12, maxLength: 12 }),
    sync: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
    silent: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  })
  .map(({ groupCount, nodeCount, factor, shardCount, outcomes, sync, silent }) => {
    const replicas: Array<WriteReplica> = []
    for (let group = 0; group < groupCount; group++)
      for (let shard = 0; shard < shardCount; shard++)
        for (let copy = 0; copy < Math.min(factor, nodeCount); copy++)
          replicas.push({
            groupId: `g${group}`,
            shard,
            nodeId: `n${group}-${(shard + copy) % nodeCount}`,
            // One replica of every shard is in sync: the cluster never lets the last one fall behind.
            wasInSync: (group === 0 && copy === 0) || sync[replicas.length % sync.length]!,
          })
    const nodeIds = [...new Set(replicas.map((replica) => replica.nodeId))]
    const answers = nodeIds
      .map((nodeId, position) => ({ nodeId, outcome: outcomes[position]! }))
      .filter((_, position) => !silent[position])
    return { replicas, answers }
  })

const decide = ({
  replicas,
  answers,
}: {
  replicas: Array<WriteReplica>
  answers: Array<{ nodeId: string; outcome: NodeOutcome }>
}): Write => {
  const start = startWrite(
    replicas,
    answers.map((answer) => answer.nodeId),
  )
  return answers.reduce((write, answer) => stepWrite(write, { tag: "node-answered", ...answer }), start)
}

const tookIt = (answers: ReadonlyArray<{ nodeId: string; outcome: NodeOutcome }>, replica: WriteReplica): boolean =>
  answers.some((answer) => answer.nodeId === replica.nodeId && answer.outcome.tag === "acknowledged")

describe("a write", () => {
  it("is decided exactly when every node has answered", () => {
    fc.assert(
      fc.property(world, (input) => {
        let write = startWrite(
          input.replicas,
          input.answers.map((answer) => answer.nodeId),
        )
        for (const answer of input.answers) {
          expect(write.tag).toBe("dispatching")
          write = stepWrite(write, { tag: "node-answered", ...answer })
        }
        expect(write.tag).not.toBe("dispatching")
      }),
    )
  })

  it("does not depend on the order of the answers", () => {
    fc.assert(
      fc.property(world, (input) => {
        const reversed = decide({ replicas: input.replicas, answers: [...input.answers].reverse() })
        const straight = decide(input)
        // Which of several refusals the client sees may differ; they all say the same.
        expect(reversed).toEqual(straight)
      }),
    )
  })

  it("that is accepted leaves no replica in sync that did not acknowledge it", () => {
    fc.assert(
      fc.property(world, (input) => {
        const write = decide(input)
        if (write.tag !== "accepted") return
        const behind = new Set(write.behind.map((one) => `${one.nodeId} ${one.shard}`))
        for (const replica of input.replicas)
          if (replica.wasInSync && !tookIt(input.answers, replica))
            expect(behind.has(`${replica.nodeId} ${replica.shard}`)).toBe(true)
      }),
    )
  })

  it("never puts the last replica of a shard behind that was in sync", () => {
    fc.assert(
      fc.property(world, (input) => {
        const write = decide(input)
        if (write.tag !== "accepted" && write.tag !== "lost") return
        const behind = new Set(write.behind.map((one) => `${one.nodeId} ${one.shard}`))
        const shards = new Set(input.replicas.map((replica) => replica.shard))
        for (const shard of shards)
          expect(
            input.replicas.some(
              (replica) =>
                replica.shard === shard && replica.wasInSync && !behind.has(`${replica.nodeId} ${replica.shard}`),
            ),
          ).toBe(true)
      }),
    )
  })

  it("is accepted exactly when every shard has its quorum, among replicas that were in sync, in some group", () => {
    fc.assert(
      fc.property(world, (input) => {
        const write = decide(input)
        const shards = [...new Set(input.replicas.map((replica) => replica.shard))]
        const groups = [...new Set(input.replicas.map((replica) => replica.groupId))]
        const isComplete = shards.every((shard) =>
          groups.some((groupId) => {
            const inGroup = input.replicas.filter((replica) => replica.shard === shard && replica.groupId === groupId)
            const took = inGroup.filter((replica) => replica.wasInSync && tookIt(input.answers, replica))
            return inGroup.length > 0 && took.length >= quorumOf(inGroup.length)
          }),
        )
        if (write.tag === "accepted") expect(isComplete).toBe(true)
        if (write.tag === "lost") expect(isComplete).toBe(false)
      }),
    )
  })

  it("at factor 2 is accepted with one dead node, which falls behind", () => {
    const replicas: Array<WriteReplica> = [
      { groupId: "g", shard: 0, nodeId: "a", wasInSync: true },
      { groupId: "g", shard: 0, nodeId: "b", wasInSync: true },
    ]
    const write = decide({ replicas, answers: [{ nodeId: "a", outcome: { tag: "acknowledged" } }] })
    expect(write).toEqual({
      tag: "accepted",
      behind: [{ shard: 0, nodeId: "b", reason: "the node was down" }],
      degraded: [0],
    })
  })

  it("that only a replica acknowledged which was behind already is not accepted", () => {
    const replicas: Array<WriteReplica> = [
      { groupId: "g", shard: 0, nodeId: "a", wasInSync: true },
      { groupId: "g", shard: 0, nodeId: "b", wasInSync: false },
    ]
    expect(decide({ replicas, answers: [{ nodeId: "b", outcome: { tag: "acknowledged" } }] }).tag).toBe("lost")
  })

  it("that is lost leaves one replica of a shard in sync, also where two have acknowledged it", () => {
    const replicas: Array<WriteReplica> = [
      { groupId: "g", shard: 0, nodeId: "a", wasInSync: true },
      { groupId: "g", shard: 0, nodeId: "b", wasInSync: true },
      { groupId: "g", shard: 1, nodeId: "c", wasInSync: true },
    ]
    const answers = ["a", "b"].map((nodeId) => ({ nodeId, outcome: { tag: "acknowledged" } as const }))
    expect(decide({ replicas, answers })).toMatchObject({ tag: "lost", behind: [{ shard: 0, nodeId: "b" }] })
  })

  it("that every node refuses is refused in the words of a node", () => {
    const replicas: Array<WriteReplica> = [{ groupId: "g", shard: 0, nodeId: "a", wasInSync: true }]
    const write = decide({ replicas, answers: [{ nodeId: "a", outcome: { tag: "refused", error } }] })
    expect(write).toEqual({ tag: "refused", error, behind: [] })
  })

  it("that one node refuses puts the replica behind that may have taken it", () => {
    const replicas: Array<WriteReplica> = [
      { groupId: "g", shard: 0, nodeId: "a", wasInSync: true },
      { groupId: "g", shard: 0, nodeId: "b", wasInSync: true },
    ]
    const answers: Array<{ nodeId: string; outcome: NodeOutcome }> = [
      { nodeId: "a", outcome: { tag: "refused", error } },
      { nodeId: "b", outcome: { tag: "unknown", reason: "timed out" } },
    ]
    expect(decide({ replicas, answers })).toMatchObject({ tag: "refused", behind: [{ shard: 0, nodeId: "b" }] })
  })

  it("is lost where the only replica in sync may have taken what another node refused", () => {
    const replicas: Array<WriteReplica> = [
      { groupId: "g", shard: 0, nodeId: "a", wasInSync: true },
      { groupId: "g", shard: 1, nodeId: "b", wasInSync: true },
    ]
    const answers: Array<{ nodeId: string; outcome: NodeOutcome }> = [
      { nodeId: "a", outcome: { tag: "refused", error } },
      { nodeId: "b", outcome: { tag: "unknown", reason: "timed out" } },
    ]
    expect(decide({ replicas, answers })).toMatchObject({ tag: "lost", behind: [] })
  })
})
