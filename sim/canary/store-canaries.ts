import { Effect } from "effect"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { type Canary, onWrite } from "./canary.ts"

/** What is written down is wrong, or is read wrongly. */
export const storeCanaries: ReadonlyArray<Canary> = [
  { name: "behind marks are not stored", plant: onWrite(({ behind: _behind, ...change }) => change) },
  {
    name: "marks are not read from the store",
    plant: {
      store: (store) => ({ ...store, loadState: Effect.map(store.loadState, (state) => ({ ...state, behind: [] })) }),
    },
  },
  {
    name: "a task number is used twice",
    plant: {
      store: (store) => ({
        ...store,
        intend: (prepare) =>
          Effect.map(
            store.intend((version) => prepare(version % 7 === 0 ? version - 1 : version)),
            (version) => (version % 7 === 0 ? version - 1 : version),
          ),
      }),
    },
  },
  {
    name: "missed writes are not found",
    plant: { store: (store) => ({ ...store, writesSince: () => Effect.succeed([]) }) },
  },
  {
    name: "missed filter deletes are not found",
    plant: {
      store: (store) => ({
        ...store,
        writesSince: (physicalUid, since) =>
          Effect.map(store.writesSince(physicalUid, since), (tasks) =>
            tasks.filter((task) => task.touched.tag !== "bulk"),
          ),
      }),
    },
  },
  {
    name: "the first missed write is left out",
    plant: {
      store: (store) => ({
        ...store,
        writesSince: (physicalUid, since) => store.writesSince(physicalUid, since === 0 ? 0 : since + 1),
      }),
    },
  },
  {
    name: "writes under way are forgotten",
    plant: {
      store: (store) => ({
        ...store,
        unfinishedTasks: Effect.map(store.unfinishedTasks, (tasks) => tasks.filter(isSettled)),
        openTasks: Effect.map(store.openTasks, (tasks) => tasks.filter(isSettled)),
      }),
    },
  },
  {
    name: "a commit is acknowledged and lost",
    plant: {
      store: (store, { kernel }) => ({
        ...store,
        commit: (change) =>
          change.tasks?.some((task) => task.state === "succeeded") === true && kernel.nowMs() % 11 === 0
            ? Effect.void
            : store.commit(change),
      }),
    },
  },
  {
    name: "a finished task is opened again",
    plant: {
      store: (store) => ({
        ...store,
        listTasks: (query) =>
          Effect.map(store.listTasks(query), (page) => ({
            ...page,
            tasks: page.tasks.map((task, at) =>
              at === 3 && task.uid % 3 === 0 ? { ...task, state: "enqueued" as const } : task,
            ),
          })),
      }),
    },
  },
  {
    // The proxy takes its intent back, while some node may have done as it was asked.
    name: "an unknown outcome counts as a no",
    plant: onWrite((change) => {
      const isUnknown = ({ error }: TaskRecord) => error?.code === "miroir_no_quorum"
      const taken = change.tasks?.filter(isUnknown).map(({ uid }) => uid) ?? []
      if (taken.length === 0) return change
      const tasks = change.tasks?.filter((task) => !isUnknown(task)) ?? []
      return { ...change, tasks, removedTasks: [...(change.removedTasks ?? []), ...taken] }
    }),
  },
]

const isSettled = ({ state }: { readonly state: string }): boolean => state !== "dispatching"
