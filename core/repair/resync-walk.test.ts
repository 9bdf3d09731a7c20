import fc from "fast-check"
import { describe, it } from "vitest"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import type { TaskRecord, Touched } from "#core/tasks/task-record.ts"
import { type ResyncScope, planResync } from "./plan-resync.ts"

const shard = 0
const shardOfId = (id: string): number => Number(id.at(-1))

interface Input {
  readonly touched: Touched
  readonly shards: ReadonlyArray<number>
}

interface Walked {
  readonly log: ReadonlyArray<TaskRecord>
  /** What a replica must be given that has missed the log from its entry of that number on. */
  readonly scopes: ReadonlyArray<ResyncScope>
}

/** Replicas that fell behind at the first, at the third, … entry: an older one never lacks less. */
const sinceAll = [1, 3, 5, 9] as const

const step = ({ log }: Walked, { touched, shards }: Input): Walked => {
  // Nothing else of a task is looked at.
  const next = [...log, { uid: log.length + 1, touched, shards } as TaskRecord]
  return { log: next, scopes: sinceAll.map((since) => planResync(shard, since, next, shardOfId)) }
}

const contains = (outer: ResyncScope, inner: ResyncScope): boolean =>
  outer.tag === "shard" || (inner.tag === "ids" && inner.ids.every((id) => outer.ids.includes(id)))

const check = (after: Walked, { touched, shards }: Input, before: Walked): string | null => {
  for (const [at, scope] of after.scopes.entries()) {
    const older = before.scopes[at]
    if (older !== undefined && !contains(scope, older)) return "another write made less of what was missed"
    const younger = after.scopes[at + 1]
    if (younger !== undefined && !contains(scope, younger)) return "who missed more writes is given fewer documents"
    if (after.log.length < sinceAll[at]!) {
      if (scope.tag !== "ids" || scope.ids.length > 0) return "who missed nothing is given something"
      continue
    }
    const missed: ResyncScope =
      touched.tag === "bulk" && shards.includes(shard)
        ? { tag: "shard" }
        : { tag: "ids", ids: touched.tag === "ids" ? touched.ids.filter((id) => shardOfId(id) === shard) : [] }
    if (!contains(scope, missed)) return "what this write touched is missing"
    if (scope.tag === "ids" && scope.ids.some((id) => shardOfId(id) !== shard)) return "it names a foreign document"
  }
  return null
}

describe("what a replica has missed, write by write", () => {
  it("only grows, and holds every document of its shard that was touched", ({ task }) => {
    const ids = fc
      .array(fc.constantFrom("a0", "b0", "c0", "d0", "a1", "b1"), { maxLength: 4 })
      .map((drawn): Touched => ({ tag: "ids", ids: drawn }))
    const touched: fc.Arbitrary<Touched> = fc.oneof(
      { weight: 20, arbitrary: ids },
      { weight: 1, arbitrary: fc.constant<Touched>({ tag: "bulk" }) },
      { weight: 2, arbitrary: fc.constant<Touched>({ tag: "nothing" }) },
    )
    const input = fc.record({ touched, shards: fc.constantFrom([0], [1], [0, 1]) })
    fc.assert(
      fc.property(fc.array(input, { minLength: 5, maxLength: 25 }), (inputs) => {
        walkMachine<Walked, Input>(task.meta, { start: { log: [], scopes: [] }, inputs, step, check })
      }),
      { numRuns: 4_000 },
    )
  })
})
