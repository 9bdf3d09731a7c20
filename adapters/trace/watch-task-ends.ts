import { Effect } from "effect"
import type { Store, StoreChange } from "#core/ports/store.ts"
import { isFinished, type TaskRecord } from "#core/tasks/task-record.ts"
import type { TraceOrder } from "./trace-order.ts"
import type { TraceWriter } from "./trace-writer.ts"

/** The same store, and a line for each task whose end was stored through it. */
export const watchTaskEnds = (store: Store["Service"], writer: TraceWriter, order: TraceOrder): Store["Service"] => {
  const tell = ({ tasks = [] }: StoreChange): void => {
    for (const task of tasks) if (isFinished(task.state)) writeEnd(task, writer, order)
  }
  return {
    ...store,
    intend: (prepare) =>
      Effect.suspend(() => {
        let made: StoreChange = {}
        const intended = store.intend((version) => (made = prepare(version)))
        return Effect.tap(intended, () => Effect.sync(() => tell(made)))
      }),
    commit: (change) => Effect.tap(store.commit(change), () => Effect.sync(() => tell(change))),
  }
}

const endBytes = 120

const writeEnd = (task: TaskRecord, writer: TraceWriter, order: TraceOrder): void => {
  const { ended, endedMs } = order.end()
  const status = task.state
  writer.write(endBytes, () => ({ task: task.uid, status, ended, atMs: endedMs }))
}
