import { isFinished, type TaskState } from "#core/tasks/task-record.ts"
import type { Attempt, History } from "../world/history.ts"
import { type Failure, broken } from "../world/verdict.ts"
import { say } from "./read-calls.ts"

const ranks: Readonly<Record<TaskState, number>> = {
  dispatching: 0,
  enqueued: 1,
  processing: 2,
  succeeded: 3,
  failed: 3,
  canceled: 3,
}

/** `task-status-monotone`: in the store and in what clients see, a task only goes forward; its number is its own, and it is never forgotten. */
export const checkTasks = (history: History): Failure | null =>
  checkNumbers(history) ?? checkStored(history) ?? checkSeen(history)

const checkNumbers = (history: History): Failure | null => {
  for (const [at, version] of history.versions.entries())
    if (version <= (history.versions[at - 1] ?? 0))
      return broken(
        "task-status-monotone",
        `sequence number ${version} was given out after ${history.versions[at - 1]}`,
      )
  const owners = new Map<number, Attempt>()
  for (const attempt of acknowledged(history)) {
    const uid = taskUidOf(attempt)
    const owner = owners.get(uid)
    if (owner !== undefined)
      return broken("task-status-monotone", `two writes are task ${uid}`, say(owner), say(attempt))
    owners.set(uid, attempt)
    if (uid !== attempt.version)
      return broken("task-status-monotone", `the write was stored as ${attempt.version}`, say(attempt))
  }
  return null
}

const checkStored = (history: History): Failure | null => {
  for (const [uid, states] of history.tasks)
    for (const [at, { task }] of states.entries()) {
      const before = states[at - 1]?.task
      if (before === undefined) continue
      const isBack = ranks[task.state] < ranks[before.state]
      if (isBack || (isFinished(before.state) && before.state !== task.state))
        return broken("task-status-monotone", `task ${uid} was ${before.state} and became ${task.state}`)
    }
  return null
}

interface SeenTask {
  readonly uid: number
  readonly status: TaskState
}

const checkSeen = (history: History): Failure | null => {
  const looks = history.attempts.filter(({ action, response }) => action.do === "tasks" && response?.status === 200)
  const seen = looks.map((look) => {
    const { results } = JSON.parse(look.response!.body) as { results: ReadonlyArray<SeenTask> }
    return { look, tasks: new Map(results.map((task) => [task.uid, task.status])) }
  })
  for (const later of seen)
    for (const earlier of seen) {
      if ((earlier.look.answeredMs ?? Infinity) > later.look.sentMs) continue
      for (const [uid, status] of earlier.tasks) {
        const now = later.tasks.get(uid)
        if (now === undefined && (history.removedTasks.has(uid) || history.refusedTasks.has(uid))) continue
        if (now === undefined) return broken("task-status-monotone", `task ${uid} was ${status} and is gone`)
        if (ranks[now] < ranks[status] || (isFinished(status) && now !== status))
          return broken("task-status-monotone", `a client saw task ${uid} as ${status} and then as ${now}`)
      }
    }
  const closing = seen.find(({ look }) => look.isClosing)
  if (closing === undefined) return null
  for (const attempt of acknowledged(history))
    if (!closing.tasks.has(taskUidOf(attempt)))
      return broken("task-status-monotone", "an acknowledged task is gone", say(attempt))
  return null
}

const acknowledged = (history: History): ReadonlyArray<Attempt> =>
  history.attempts.filter(({ response }) => response?.status === 202)

const taskUidOf = (attempt: Attempt): number => (JSON.parse(attempt.response!.body) as { taskUid: number }).taskUid
