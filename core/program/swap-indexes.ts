import { Clock, Effect } from "effect"
import { maySeeIndex } from "#core/access/caller.ts"
import { invalidApiKey } from "#core/access/invalid-api-key.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { isValidIndexUid } from "#core/catalogue/new-index.ts"
import { type AskedSwap, planSwaps, swappedRecords } from "#core/catalogue/swap-names.ts"
import { Store, type StoreChange } from "#core/ports/store.ts"
import { type Json, isJsonObject } from "#core/prelude/json.ts"
import type { CatalogueChange } from "#core/protocol/catalogue-change.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { type ErrorBody, errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { type CatalogueTaskPlan, finishCatalogueTask } from "#core/tasks/catalogue-task.ts"
import { type TaskRecord, isFinished } from "#core/tasks/task-record.ts"
import { summarizeTask } from "#core/tasks/view-task.ts"
import { askNode } from "./ask-node-for-error.ts"
import { acceptDecided, awaitTasks, runBeside } from "./catalogue-task.ts"
import { Cluster } from "./cluster.ts"
import type { ClusterState } from "./cluster-state.ts"
import { CurrentCaller } from "./current-caller.ts"
import { withGates } from "./index-gates.ts"

/*
 * Names of indexes change in the catalogue alone; the names on the nodes stay.
 *
 * Accepted: with the gates of all names closed, writers see the new names, so a later write goes to the index that will have its name.
 * Ended: when every task on these indexes that was accepted before has ended, readers see the new names, all of them at once, and the
 * history of the indexes moves with them.
 */

/** `POST /swap-indexes`. */
export const swapIndexes = Effect.fnUntraced(function* (request: ApiRequest) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const lists = readSwaps(parsed.value)
  if (lists === null) return yield* askNode(request, "/swap-indexes", "", "")
  const caller = yield* CurrentCaller
  const forbidden = lists.findIndex(({ indexes }) => !indexes.every((uid) => maySeeIndex(caller, uid)))
  const odd = lists.findIndex(({ indexes }) => indexes.length !== 2)
  if (forbidden !== -1 && (odd === -1 || forbidden < odd)) return errorResponse(invalidApiKey)
  const refusal = whyRefused(lists.map(({ indexes }) => indexes))
  if (refusal !== null) return errorResponse(refusal)
  const asked = lists.map(({ indexes: [one = "", other = ""], rename }): AskedSwap => ({
    indexes: [one, other],
    rename,
  }))
  return yield* changeNames(
    asked.flatMap(({ indexes }) => indexes),
    (state) => {
      const plan = planSwaps(state.writable, asked)
      return {
        records: plan.tag === "planned" ? plan.records : [],
        task: {
          kind: "indexSwap",
          indexUid: null,
          details: { swaps: asked.map(({ indexes, rename }) => ({ indexes, rename })) },
          detailsWhenDone: null,
          change: { tag: "swap-names", swaps: plan.tag === "planned" ? plan.swaps : [] },
          verdict: plan.tag === "planned" ? null : plan.error,
        },
      }
    },
  )
})

export interface NameChange {
  /** With the names that writers use from now on. */
  readonly records: ReadonlyArray<IndexRecord>
  readonly task: CatalogueTaskPlan
}

/** Accepts a task that changes the names of indexes; `decide` is called with the gates of all these names closed, in the turn of the change. */
export const changeNames = Effect.fnUntraced(function* (
  uids: ReadonlyArray<string>,
  decide: (state: ClusterState) => NameChange,
) {
  const accept = acceptDecided((state) => {
    const { records, task } = decide(state)
    return { plan: task, also: records.length === 0 ? {} : { indexes: records } }
  })
  const accepted = yield* withGates(uids, Effect.uninterruptible(accept))
  yield* runBeside(finishNameChange(accepted, uids))
  return { status: 202, body: JSON.stringify(summarizeTask(accepted)), headers: {} } satisfies ApiResponse
})

/** Waits for the tasks before it, and then shows readers the new names. */
export const finishNameChange = Effect.fnUntraced(function* (task: TaskRecord, uids: ReadonlyArray<string>) {
  const cluster = yield* Cluster
  const swaps = swapsOf(task.change)
  const physicalUids = swaps.flatMap((swap) => Object.keys(swap.uids))
  const names = new Set([...uids, ...swaps.flatMap((swap) => swap.names)])
  yield* awaitTasks(
    (other) =>
      other.uid < task.uid &&
      // Swaps end one after the other, as on one node: what they swap need not be read.
      (other.kind === "indexSwap" ||
        physicalUids.includes(other.physicalUid ?? "") ||
        names.has(other.indexUid ?? "") ||
        names.has(other.alsoIndexUid ?? "")),
  )
  const store = yield* Store
  const nowMs = yield* Clock.currentTimeMillis
  // An attempt before this one may have been stored unheard: history must not move twice.
  const end = Effect.map(store.readTask(task.uid), (known) =>
    known === null || isFinished(known.state) ? {} : nameChange(cluster.state, task, nowMs),
  )
  yield* cluster.commitAfter(end)
})

const nameChange = (state: ClusterState, task: TaskRecord, nowMs: number): StoreChange => {
  const swaps = swapsOf(task.change)
  const { swapsMoveHistoryOneWay } = engineCapabilities(state.engineVersion)
  const records = swappedRecords(state.indexes, swaps)
  return {
    tasks: [finishCatalogueTask(task, nowMs, nowMs)],
    ...(records.length === 0 ? {} : { indexes: records }),
    swappedNames: swaps
      .filter(({ names: [one, other] }) => one !== other)
      .map(({ names, uids }) => {
        // A rename has one index, and moves the history both ways with every engine.
        const isOneWay = swapsMoveHistoryOneWay && Object.keys(uids).length > 1
        return { names, isOneWay, beforeUid: task.uid }
      }),
  }
}

const swapsOf = (change: CatalogueChange | null) => (change?.tag === "swap-names" ? change.swaps : [])

interface AskedList {
  readonly indexes: ReadonlyArray<string>
  readonly rename: boolean
}

/** Null where a node should say what is wrong with the shape. */
const readSwaps = (value: Json): ReadonlyArray<AskedList> | null => {
  if (!Array.isArray(value)) return null
  const lists: Array<AskedList> = []
  for (const entry of value as ReadonlyArray<Json>) {
    if (!isJsonObject(entry) || Object.keys(entry).some((key) => key !== "indexes" && key !== "rename")) return null
    const { indexes, rename = false } = entry
    if (!Array.isArray(indexes) || typeof rename !== "boolean") return null
    if (!indexes.every((uid): uid is string => typeof uid === "string" && isValidIndexUid(uid))) return null
    lists.push({ indexes, rename })
  }
  return lists
}

const whyRefused = (lists: ReadonlyArray<ReadonlyArray<string>>): ErrorBody | null => {
  const odd = lists.find((indexes) => indexes.length !== 2)
  if (odd !== undefined) {
    const shown = odd.map((uid) => `"${uid}"`).join(", ")
    const message = `Two indexes must be given for each swap. The list \`[${shown}]\` contains ${odd.length} indexes.`
    return errorBody("invalid_swap_indexes", message)
  }
  const all = lists.flat()
  const twice = [...new Set(all.filter((uid, position) => all.indexOf(uid) !== position))].sort()
  if (twice.length === 0) return null
  const shown = twice.map((uid) => `\`${uid}\``).join(", ")
  const several = `${shown} ${twice.length === 1 ? "was" : "were"} specified several times.`
  return errorBody("invalid_swap_duplicate_index_found", `Indexes must be declared only once during a swap. ${several}`)
}
