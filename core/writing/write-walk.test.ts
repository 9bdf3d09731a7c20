import fc from "fast-check"
import { describe, it } from "vitest"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import { startWrite, stepWrite } from "./step.ts"
import type { NodeOutcome, Write, WriteInput, WriteReplica } from "./write.ts"

const nodeIds = ["a", "b", "c", "d", "e", "f"] as const
const error = { message: "m", code: "c", type: "invalid_request", link: "" }

const outcome = fc.constantFrom<NodeOutcome>(
  { tag: "acknowledged" },
  { tag: "refused", error },
  { tag: "missed", reason: "refused the connection" },
  { tag: "unknown", reason: "timed out" },
)
/** Of any node in any order, also twice, also of one that was never asked. */
const input = fc.record({
  tag: fc.constant("node-answered" as const),
  nodeId: fc.constantFrom(...nodeIds, "stranger"),
  outcome,
})

/** Two groups of three nodes; of every shard at least the first replica is in sync. */
const replicas = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.nat(), fc.integer({ min: 1, max: 2 }))
  .map(([shardCount, factor, syncBits, groupCount]) => {
    const all: Array<WriteReplica> = []
    for (let group = 0; group < groupCount; group++)
      for (let shard = 0; shard < shardCount; shard++)
        for (let copy = 0; copy < factor; copy++)
          all.push({
            groupId: `g${group}`,
            shard,
            nodeId: nodeIds[group * 3 + ((shard + copy) % 3)]!,
            wasInSync: (group === 0 && copy === 0) || ((syncBits >> (all.length % 30)) & 1) === 1,
          })
    return all
  })

interface Walked {
  readonly write: Write
  /** What counted of each node: its first answer. */
  readonly first: ReadonlyMap<string, NodeOutcome>
}

const step = ({ write, first }: Walked, one: WriteInput): Walked => ({
  write: stepWrite(write, one),
  first: isAwaited(write, one) ? new Map(first).set(one.nodeId, one.outcome) : first,
})

const isAwaited = (write: Write, one: WriteInput): boolean =>
  write.tag === "dispatching" && write.waitingFor.includes(one.nodeId)

const check =
  (all: ReadonlyArray<WriteReplica>) =>
  (after: Walked, one: WriteInput, before: Walked): string | null => {
    if (!isAwaited(before.write, one))
      return after.write === before.write ? null : "an answer that nobody waited for changed it"
    if (after.write.tag === "dispatching") {
      if (after.write.waitingFor.length === 0) return "it waits for nobody"
      return after.write.waitingFor.includes(one.nodeId) ? "it waits for a node that has answered" : null
    }
    const missing = before.write.tag === "dispatching" ? before.write.waitingFor.length - 1 : 0
    return missing > 0 ? "it was decided before every node had answered" : checkDecided(after.write, after.first, all)
  }

const checkDecided = (
  write: Exclude<Write, { tag: "dispatching" }>,
  first: ReadonlyMap<string, NodeOutcome>,
  all: ReadonlyArray<WriteReplica>,
): string | null => {
  if (write.tag === "refused" && [...first.values()].some(({ tag }) => tag === "acknowledged"))
    return "it is refused although a node took it"
  const behind = new Set(write.behind.map(({ nodeId, shard }) => `${nodeId} ${shard}`))
  if (behind.size !== write.behind.length) return "a replica is put behind twice"
  for (const shard of new Set(all.map((replica) => replica.shard))) {
    const inSync = all.filter((replica) => replica.shard === shard && replica.wasInSync)
    const left = inSync.filter((replica) => !behind.has(`${replica.nodeId} ${shard}`))
    const tags = left.map(({ nodeId }) => first.get(nodeId)?.tag ?? "missed")
    if (left.length === 0) return `no replica of shard ${shard} can be read any more`
    if (tags.includes("acknowledged") && tags.some((tag) => tag !== "acknowledged"))
      return `readers of shard ${shard} see the write or not, as it happens`
    if (tags.includes("unknown") && tags.length > 1) return `replicas of shard ${shard} may differ, and both are read`
    if (write.tag === "refused" && tags.includes("unknown"))
      return `it is refused, and a replica of shard ${shard} that is read may have taken it`
    if (write.tag === "accepted" && !tags.includes("acknowledged"))
      return `it is accepted, and no replica of shard ${shard} that is read has taken it`
  }
  return null
}

describe("a write, answer by answer", () => {
  it("leaves only replicas in sync that cannot differ, and is decided once", ({ task }) => {
    fc.assert(
      fc.property(replicas, fc.array(input, { minLength: 20, maxLength: 60 }), (all, inputs) => {
        const asked = [...new Set(all.map(({ nodeId }) => nodeId))]
        const start: Walked = { write: startWrite(all, asked), first: new Map() }
        walkMachine(task.meta, { start, inputs, step, check: check(all) })
      }),
      { numRuns: 10_000 },
    )
  })
})
