import type { NameSwap } from "#core/protocol/catalogue-change.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import type { IndexRecord } from "./index-record.ts"

/** One entry of `POST /swap-indexes`. With `rename` the second name must be free. */
export interface AskedSwap {
  readonly indexes: readonly [string, string]
  readonly rename: boolean
}

export type SwapPlan =
  | { readonly tag: "refused"; readonly error: ErrorBody }
  /** `records`: with the names that writers use from now on. */
  | { readonly tag: "planned"; readonly records: ReadonlyArray<IndexRecord>; readonly swaps: ReadonlyArray<NameSwap> }

/**
 * Decides a list of swaps on what writers see, that is on the outcome of all that was accepted before. Names are unique in the list, so the
 * entries do not touch one another. Wording and order of checks: v1.21.0.
 */
export const planSwaps = (writable: ReadonlyMap<string, IndexRecord>, asked: ReadonlyArray<AskedSwap>): SwapPlan => {
  const missing = asked.flatMap(({ indexes: [one, other], rename }) =>
    (rename ? [one] : [one, other]).filter((uid) => !writable.has(uid)),
  )
  if (missing.length > 0) return { tag: "refused", error: notFound(missing) }
  const taken = asked.filter(({ indexes: [, to], rename }) => rename && writable.has(to))
  if (taken.length > 0) return { tag: "refused", error: alreadyExists(taken.map(({ indexes }) => indexes)) }
  const records: Array<IndexRecord> = []
  const swaps: Array<NameSwap> = []
  for (const { indexes: names } of asked) {
    const uids: Record<string, string> = {}
    for (const [position, uid] of names.entries()) {
      const record = writable.get(uid)
      if (record === undefined) continue
      const writtenUid = names[1 - position] ?? uid
      uids[record.physicalUid] = writtenUid
      records.push({ ...record, writtenUid, revision: record.revision + 1 })
    }
    swaps.push({ names, uids })
  }
  return { tag: "planned", records, swaps }
}

/** The records as readers see them once the swaps have ended; an index that was deleted meanwhile is left out. */
export const swappedRecords = (
  indexes: ReadonlyMap<string, IndexRecord>,
  swaps: ReadonlyArray<NameSwap>,
): ReadonlyArray<IndexRecord> =>
  swaps.flatMap(({ uids }) =>
    Object.entries(uids).flatMap(([physicalUid, uid]) => {
      const record = indexes.get(physicalUid)
      return record === undefined ? [] : [{ ...record, uid, revision: record.revision + 1 }]
    }),
  )

const notFound = (uids: ReadonlyArray<string>): ErrorBody => {
  const names = [...new Set(uids)].sort().map((uid) => `\`${uid}\``)
  return errorBody("index_not_found", `${names.length === 1 ? "Index" : "Indexes"} ${names.join(", ")} not found.`)
}

const alreadyExists = (renames: ReadonlyArray<readonly [string, string]>): ErrorBody => {
  const [[from, to] = ["", ""]] = renames
  const targets = renames.map(([, target]) => `\`${target}\``).sort()
  return errorBody(
    "index_already_exists",
    renames.length === 1
      ? `Cannot rename \`${from}\` to \`${to}\` as the index already exists. Hint: You can remove \`${to}\` first and then do your remove.`
      : `The following indexes are being renamed but cannot because their new name conflicts with an already existing index: ${targets.join(", ")}. Renaming doesn't overwrite the other index name.`,
  )
}
