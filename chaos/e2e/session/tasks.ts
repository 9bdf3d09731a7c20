import type { Step } from "./step.ts"

/** What the session has done so far, as its tasks tell it. */
export const taskSteps: ReadonlyArray<Step> = [
  { name: "the newest tasks", run: ({ client }) => client.tasks.getTasks() },
  { name: "the first task", run: ({ client, taskUid }) => client.tasks.getTask(taskUid(0)) },
  { name: "a failed task", run: ({ client }) => client.tasks.getTasks({ statuses: ["failed"], limit: 3 }) },
  { name: "tasks of an index", run: ({ client }) => client.tasks.getTasks({ indexUids: ["library"], limit: 100 }) },
  {
    name: "tasks of two indexes and one type",
    run: ({ client }) =>
      client.tasks.getTasks({
        indexUids: ["movies", "library"],
        types: ["documentAdditionOrUpdate", "documentDeletion"],
        limit: 100,
      }),
  },
  {
    name: "tasks by uid",
    run: ({ client, taskUid }) => client.tasks.getTasks({ uids: [taskUid(0), taskUid(3), taskUid(5)] }),
  },
  { name: "tasks from a uid on", run: ({ client, taskUid }) => client.tasks.getTasks({ from: taskUid(10), limit: 4 }) },
  { name: "tasks in reverse", run: ({ client }) => client.tasks.getTasks({ reverse: true, limit: 5 }) },
  {
    name: "tasks that are running",
    run: ({ client }) => client.tasks.getTasks({ statuses: ["enqueued", "processing"] }),
  },
  {
    name: "tasks of the past",
    run: ({ client }) => client.tasks.getTasks({ beforeEnqueuedAt: "2020-01-01T00:00:00Z" }),
  },
  {
    name: "tasks since a day",
    run: ({ client }) => client.tasks.getTasks({ afterFinishedAt: "2020-01-01", limit: 1 }),
  },
  { name: "every task", run: ({ client }) => client.tasks.getTasks({ limit: 1000 }) },
  { name: "a missing task", run: ({ client }) => client.tasks.getTask(4_000_000) },
  { name: "a task whose uid is no number", run: ({ raw }) => raw({ method: "GET", path: "/tasks/first" }) },
  { name: "tasks of an unknown status", run: ({ raw }) => raw({ method: "GET", path: "/tasks?statuses=done" }) },
  { name: "tasks of an unknown type", run: ({ raw }) => raw({ method: "GET", path: "/tasks?types=documentAddition" }) },
  { name: "tasks of a bad date", run: ({ raw }) => raw({ method: "GET", path: "/tasks?afterEnqueuedAt=yesterday" }) },
  { name: "tasks of a bad uid", run: ({ raw }) => raw({ method: "GET", path: "/tasks?uids=1,x" }) },
  { name: "tasks of a bad index", run: ({ raw }) => raw({ method: "GET", path: "/tasks?indexUids=no%20uid" }) },
  { name: "an unknown parameter of tasks", run: ({ raw }) => raw({ method: "GET", path: "/tasks?status=failed" }) },
  { name: "a bad limit of tasks", run: ({ raw }) => raw({ method: "GET", path: "/tasks?limit=-3" }) },
  { name: "cancel without saying what", run: ({ raw }) => raw({ method: "POST", path: "/tasks/cancel" }) },
  { name: "delete tasks without saying which", run: ({ raw }) => raw({ method: "DELETE", path: "/tasks" }) },
]
