import { Effect, Exit } from "effect"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { Store, type StoreChange, type StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import { within } from "../kernel/draws.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { ProcessLife } from "../kernel/process-life.ts"
import type { FaultItem, FleetPlan } from "../plan/plan.ts"
import { CurrentAttempt, type History, recordChange } from "./history.ts"

/**
 * The store that outlives the proxy: the memory store, reached over a way that takes time and fails. A change that was under way when the proxy
 * died is not made; one that was made is kept, also when nobody heard of it.
 */
export interface ModelStore {
  /** What really stands in it, without delay and without faults. */
  readonly truth: Store["Service"]
  readonly faults: Set<FaultItem>
  readonly connect: (life: ProcessLife, view: StoreView) => Store["Service"]
}

/** What one life of a proxy has heard from the store. */
export interface StoreView {
  /** Its name. */
  readonly proxy: string
  /** Marks of which it has been told that they are stored: `physicalUid shard nodeId`. */
  readonly confirmedMarks: Set<string>
  /** What others had changed by then it knows. */
  currentMs: number
  revision: number
}

export const markName = (mark: {
  readonly physicalUid: string
  readonly shard: number
  readonly nodeId: string
}): string => `${mark.physicalUid} ${mark.shard} ${mark.nodeId}`

export const makeModelStore = (kernel: Kernel, fleet: FleetPlan, history: History): ModelStore => {
  const truth = makeMemoryStore()
  const faults = new Set<FaultItem>()
  let operations = 0

  const connect = (life: ProcessLife, view: StoreView): Store["Service"] => {
    const { confirmedMarks, proxy } = view
    const confirm = (change: StoreChange): void => {
      for (const key of change.cleared ?? []) confirmedMarks.delete(markName(key))
      for (const mark of change.behind ?? []) confirmedMarks.add(markName(mark))
    }
    const over = <A, E>(work: () => Exit.Exit<A, E>, onConfirmed: (value: A) => void = () => undefined) =>
      Effect.callback<A, E | StoreUnavailable>((resume) => {
        const operation = ++operations
        const fail = (reason: string) => resume(Effect.fail(new StoreUnavailable({ reason })))
        const oneWay = (purpose: string) =>
          within(kernel.draws.draw(purpose, "store", operation), fleet.storeMs) + extraOf(faults, proxy)
        life.after(oneWay("store out"), () => {
          if (has(faults, "store-down", proxy)) return fail("the store cannot be reached")
          const exit = work()
          life.after(oneWay("store back"), () => {
            const lost = find(faults, "store-lose-answers", proxy)
            if (
              lost !== undefined &&
              kernel.draws.draw("store loss", "store", operation) % 1000 < (lost.permille ?? 1000)
            )
              return fail("the answer of the store was lost")
            if (Exit.isSuccess(exit)) onConfirmed(exit.value)
            return resume(exit)
          })
        })
      })
    const read = <A, E>(effect: Effect.Effect<A, E>) => over(() => Effect.runSyncExit(effect))
    const change = <A>(
      effect: (record: (made: StoreChange) => void) => Effect.Effect<A, StoreUnavailable | StoreConflict>,
    ) =>
      Effect.flatMap(Effect.service(CurrentAttempt), (attempt) => {
        let made: StoreChange = {}
        return over(
          () => {
            const exit = Effect.runSyncExit(effect((one) => (made = one)))
            if (Exit.isSuccess(exit)) recordChange(history, { atMs: kernel.nowMs(), change: made, attempt })
            if (Exit.isSuccess(exit) && typeof exit.value === "number") {
              history.versions.push(exit.value)
              if (attempt !== null) attempt.version = exit.value
            }
            return exit
          },
          () => confirm(made),
        )
      })
    return {
      loadState: Effect.suspend(() => {
        const askedMs = kernel.nowMs()
        return Effect.tap(read(truth.loadState), (state) =>
          Effect.sync(() => {
            confirmedMarks.clear()
            confirm({ behind: state.behind })
            view.currentMs = askedMs
            view.revision = state.revision
          }),
        )
      }),
      stateRevision: Effect.suspend(() => {
        const askedMs = kernel.nowMs()
        return Effect.tap(read(truth.stateRevision), (revision) =>
          Effect.sync(() => void (view.currentMs = revision === view.revision ? askedMs : view.currentMs)),
        )
      }),
      readLease: (scope) => read(truth.readLease(scope)),
      writeLease: (lease, expected) => read(truth.writeLease(lease, expected)),
      saveTopology: (topology) => read(truth.saveTopology(topology)),
      intend: (prepare) =>
        change((record) =>
          truth.intend((version) => {
            const made = prepare(version)
            record(made)
            return made
          }),
        ),
      commit: (made) =>
        change((record) => {
          record(made)
          return truth.commit(made)
        }),
      currentVersion: read(truth.currentVersion),
      readTask: (uid) => read(truth.readTask(uid)),
      listTasks: (query) => read(truth.listTasks(query)),
      unfinishedTasks: read(truth.unfinishedTasks),
      openTasks: read(truth.openTasks),
      listRetired: (limit) => read(truth.listRetired(limit)),
      writesSince: (physicalUid, sinceVersion) => read(truth.writesSince(physicalUid, sinceVersion)),
    }
  }
  return { truth, faults, connect }
}

type Faults = ReadonlySet<FaultItem>

const find = (faults: Faults, fault: FaultItem["fault"], proxy: string): FaultItem | undefined =>
  [...faults].find((item) => item.fault === fault && !("proxy" in item && item.proxy !== proxy))
const has = (faults: Faults, fault: FaultItem["fault"], proxy: string): boolean =>
  find(faults, fault, proxy) !== undefined
const extraOf = (faults: Faults, proxy: string): number => find(faults, "store-slow", proxy)?.extraMs ?? 0
