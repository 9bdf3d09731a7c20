import fc from "fast-check"
import { describe, it } from "vitest"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import type { NameSwap } from "#core/protocol/catalogue-change.ts"
import type { IndexRecord } from "./index-record.ts"
import { type AskedSwap, planSwaps, swappedRecords } from "./swap-names.ts"

const index = (uid: string): IndexRecord => ({
  physicalUid: `${uid}__1`,
  uid,
  primaryKey: null,
  shardCount: 1,
  placement: { main: [["a"]] },
  settings: {},
  settingsVersion: 0,
  visible: true,
  deletedBy: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  revision: 0,
})

type Records = ReadonlyMap<string, IndexRecord>

interface Walked {
  readonly records: Records
  /** Accepted and not ended yet, oldest first. */
  readonly pending: ReadonlyArray<ReadonlyArray<NameSwap>>
}

type Input =
  | { readonly tag: "asked"; readonly swap: AskedSwap }
  /** The oldest swap comes to its end. */
  | { readonly tag: "ended" }

const written = ({ uid, writtenUid }: IndexRecord): string => writtenUid ?? uid
const byWriters = (records: Records): Map<string, IndexRecord> =>
  new Map([...records.values()].map((record) => [written(record), record]))

const step = ({ records, pending }: Walked, input: Input): Walked => {
  if (input.tag === "ended") {
    const [oldest, ...others] = pending
    return oldest === undefined
      ? { records, pending }
      : { records: withRecords(records, swappedRecords(records, oldest)), pending: others }
  }
  const plan = planSwaps(byWriters(records), [input.swap])
  if (plan.tag === "refused") return { records, pending }
  return { records: withRecords(records, plan.records), pending: [...pending, plan.swaps] }
}

const withRecords = (records: Records, changed: ReadonlyArray<IndexRecord>): Records =>
  new Map([...records, ...changed.map((record) => [record.physicalUid, record] as const)])

const check = (after: Walked, input: Input, before: Walked): string | null => {
  const all = [...after.records.values()]
  if (new Set(all.map(written)).size !== all.length) return "two indexes have one name for writers"
  if (new Set(all.map(({ uid }) => uid)).size !== all.length) return "two indexes have one name for readers"
  if (after.pending.length === 0 && all.some((record) => record.uid !== written(record)))
    return "readers and writers do not agree although everything has ended"
  for (const record of all) {
    const old = before.records.get(record.physicalUid)
    if (old === undefined) return "an index appeared"
    if (record !== old && record.revision !== old.revision + 1) return "a change did not raise the revision by one"
  }
  return input.tag === "asked" ? checkAsked(after, input.swap, before) : null
}

/** Two names that exist change places; a new name is taken only when it is free. */
const checkAsked = (after: Walked, { indexes: [one, other], rename }: AskedSwap, before: Walked): string | null => {
  const was = byWriters(before.records)
  const isPossible = was.has(one) && was.has(other) !== rename
  const expected = was.get(isPossible ? one : other)
  return byWriters(after.records).get(other)?.physicalUid === expected?.physicalUid
    ? null
    : "a name does not belong to the index that was to get it"
}

describe("names of indexes, swap by swap", () => {
  it("belong to one index each, for writers and for readers, however many swaps are under way", ({ task }) => {
    const name = fc.constantFrom("a", "b", "c", "d", "e")
    const swap = fc
      .record({ names: fc.tuple(name, name), rename: fc.boolean() })
      .filter(({ names: [one, other] }) => one !== other)
      .map(({ names, rename }): Input => ({ tag: "asked", swap: { indexes: names, rename } }))
    const input = fc.oneof(swap, fc.constant<Input>({ tag: "ended" }))
    const records = new Map(["a", "b", "c"].map((uid) => [`${uid}__1`, index(uid)]))
    fc.assert(
      fc.property(fc.array(input, { minLength: 10, maxLength: 50 }), (inputs) => {
        walkMachine<Walked, Input>(task.meta, { start: { records, pending: [] }, inputs, step, check })
      }),
      { numRuns: 6_000 },
    )
  })
})
