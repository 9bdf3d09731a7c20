import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { IndexRecord } from "./index-record.ts"
import { type AskedSwap, planSwaps, swappedRecords } from "./swap-names.ts"

const index = (uid: string, change: Partial<IndexRecord> = {}): IndexRecord => ({
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
  ...change,
})

/** What writers see: by the name that they use. */
const namesOf = (records: Iterable<IndexRecord>) =>
  new Map([...records].map((record) => [record.writtenUid ?? record.uid, record]))

const known = namesOf(["a", "b", "c"].map((uid) => index(uid)))

const refusal = (...swaps: ReadonlyArray<AskedSwap>) => {
  const plan = planSwaps(known, swaps)
  return plan.tag === "refused" ? `${plan.error.code}: ${plan.error.message}` : null
}
const swap = (one: string, other: string, rename = false): AskedSwap => ({ indexes: [one, other], rename })

describe("swaps of names", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e")
  const asked: fc.Arbitrary<ReadonlyArray<AskedSwap>> = fc
    .tuple(fc.shuffledSubarray(["a", "b", "c", "d", "e"], { minLength: 4 }), fc.boolean(), fc.boolean(), fc.nat(2))
    .map(([[one = "", two = "", three = "", four = ""], first, second, count]) =>
      [
        { indexes: [one, two] as const, rename: first },
        { indexes: [three, four] as const, rename: second },
      ].slice(0, count),
    )

  it("give every index exactly one name, and every name at most one index", () => {
    fc.assert(
      fc.property(asked, (swaps) => {
        const plan = planSwaps(known, swaps)
        if (plan.tag === "refused") return
        const changed = new Map(plan.records.map((record) => [record.physicalUid, record]))
        const after = [...known.values()].map((record) => changed.get(record.physicalUid) ?? record)
        expect(namesOf(after).size).toBe(known.size)
        for (const { indexes, rename } of swaps) {
          const [one, other] = indexes.map((uid) => known.get(uid))
          expect(namesOf(after).get(indexes[1])?.physicalUid).toBe(one?.physicalUid)
          expect(namesOf(after).get(indexes[0])?.physicalUid).toBe(rename ? undefined : other?.physicalUid)
        }
      }),
    )
  })

  it("are seen by writers at once and by readers at the end, and both agree then", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 6 }), (pairs) => {
        const records = new Map([...known.values()].map((record) => [record.physicalUid, record]))
        const accepted = pairs.flatMap(([one, other]) => {
          if (one === other) return []
          const plan = planSwaps(namesOf(records.values()), [{ indexes: [one, other], rename: false }])
          if (plan.tag === "refused") return []
          for (const record of plan.records) records.set(record.physicalUid, record)
          return [plan.swaps]
        })
        for (const record of records.values()) expect(record.uid).toBe(known.get(record.uid)?.uid)
        for (const swaps of accepted)
          for (const record of swappedRecords(records, swaps)) records.set(record.physicalUid, record)
        for (const record of records.values()) expect(record.uid).toBe(record.writtenUid ?? record.uid)
      }),
    )
  })

  it("raise the revision of every record that they touch by one, each time", () => {
    const plan = planSwaps(known, [{ indexes: ["a", "b"], rename: false }])
    if (plan.tag === "refused") throw new Error("a and b exist")
    expect(plan.records.map((record) => record.revision)).toEqual([1, 1])
    const indexes = new Map(plan.records.map((record) => [record.physicalUid, record]))
    expect(swappedRecords(indexes, plan.swaps).map(({ uid, revision }) => [uid, revision])).toEqual([
      ["b", 2],
      ["a", 2],
    ])
  })

  it("leave out an index that was deleted before they ended", () => {
    const plan = planSwaps(known, [{ indexes: ["a", "b"], rename: false }])
    if (plan.tag === "refused") throw new Error("a and b exist")
    const left = new Map(plan.records.filter(({ uid }) => uid === "b").map((record) => [record.physicalUid, record]))
    expect(swappedRecords(left, plan.swaps).map(({ uid }) => uid)).toEqual(["a"])
  })

  it("are refused in the engine's words and order", () => {
    expect(refusal(swap("z", "a"))).toBe("index_not_found: Index `z` not found.")
    expect(refusal(swap("z", "y"), swap("a", "b", true))).toBe("index_not_found: Indexes `y`, `z` not found.")
    expect(refusal(swap("z", "a", true))).toBe("index_not_found: Index `z` not found.")
    expect(refusal(swap("a", "b", true))).toBe(
      "index_already_exists: Cannot rename `a` to `b` as the index already exists. Hint: You can remove `b` first and then do your remove.",
    )
    const two = namesOf(["a", "b", "c", "d"].map((uid) => index(uid)))
    const plan = planSwaps(two, [swap("a", "d", true), swap("b", "c", true)])
    expect(plan.tag === "refused" && plan.error.message).toBe(
      "The following indexes are being renamed but cannot because their new name conflicts with an already existing index: `c`, `d`. Renaming doesn't overwrite the other index name.",
    )
    expect(refusal(swap("a", "z", true))).toBeNull()
    expect(refusal()).toBeNull()
  })
})
