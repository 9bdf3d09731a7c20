import type { TaskRecord } from "./task-record.ts"

/**
 * A task may be ended by another proxy than the one that accepted it, and their clocks differ: for clients its dates never go back. No decision
 * is made by them.
 */
export const withOrderedDates = (task: TaskRecord): TaskRecord => {
  const { enqueuedAtMs } = task
  const startedAtMs = task.startedAtMs === null ? null : Math.max(enqueuedAtMs, task.startedAtMs)
  const finishedAtMs = task.finishedAtMs === null ? null : Math.max(startedAtMs ?? enqueuedAtMs, task.finishedAtMs)
  return startedAtMs === task.startedAtMs && finishedAtMs === task.finishedAtMs
    ? task
    : { ...task, startedAtMs, finishedAtMs }
}
