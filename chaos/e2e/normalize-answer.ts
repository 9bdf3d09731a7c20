/**
 * What two correct servers may differ in, and nothing else: each exception names the members it applies to, the shape that
 * a value must have, and the reason. A value of another shape stays as it is and shows up as a difference.
 */
export interface Exception {
  readonly members: ReadonlyArray<string>
  readonly reason: string
  /** The value that stands for all correct values, or null when this value is not one of them. */
  readonly replace: (value: unknown, names: TaskNames) => string | null
}

/** Names for tasks that do not depend on where the server's counter stands. */
export interface TaskNames {
  readonly of: (uid: number) => string
  readonly knows: (uid: number) => boolean
}

/**
 * Tasks are named after the steps that made them, so that one task too many does not make all later ones differ. The uid of
 * a task that no step waited for is counted from the first one.
 */
export const nameTasks = (tasks: ReadonlyArray<{ readonly uid: number; readonly step: string }>): TaskNames => {
  const names = new Map<number, string>()
  for (const [step, ofStep] of Map.groupBy(tasks, (task) => task.step)) {
    for (const [position, { uid }] of ofStep.entries()) {
      names.set(uid, `the task of "${step}"${position === 0 ? "" : `, number ${position + 1}`}`)
    }
  }
  const first = tasks[0]?.uid ?? 0
  return { of: (uid) => names.get(uid) ?? `task ${uid - first}`, knows: (uid) => names.has(uid) }
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/
const duration = /^P(\d+D)?T\d+(\.\d{3,9})?S$/

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0

export const exceptions: ReadonlyArray<Exception> = [
  {
    members: ["taskUid", "uid", "canceledBy", "from", "next"],
    reason: "Task uids start where the server's counter stands; that they grow with the steps is compared apart.",
    replace: (value, names) => (isCount(value) ? names.of(value) : null),
  },
  {
    members: ["batchUid"],
    reason: "Batches are how one node groups its work; a fleet groups per node, so only their presence is compared.",
    replace: (value) => (isCount(value) ? "a batch" : null),
  },
  {
    members: ["enqueuedAt", "startedAt", "finishedAt", "createdAt", "updatedAt", "lastUpdate"],
    reason: "The sessions run at different times.",
    replace: (value) => (typeof value === "string" && instant.test(value) ? "an instant" : null),
  },
  {
    members: ["duration"],
    reason: "Durations depend on the machine.",
    replace: (value) => (typeof value === "string" && duration.test(value) ? "a duration" : null),
  },
  {
    members: ["processingTimeMs"],
    reason: "Durations depend on the machine.",
    replace: (value) => (isCount(value) ? "milliseconds" : null),
  },
  {
    members: ["databaseSize", "usedDatabaseSize", "rawDocumentDbSize", "avgDocumentSize"],
    reason: "Several databases, replicas and hidden fields take more space than one database.",
    replace: (value) => (isCount(value) ? "a size in bytes" : null),
  },
]

const exceptionOf = new Map(exceptions.flatMap((exception) => exception.members.map((name) => [name, exception])))

/** The same answer with every excepted value replaced by a word for its kind. */
export const normalizeAnswer = (answer: unknown, names: TaskNames): unknown => {
  if (Array.isArray(answer)) return answer.map((element) => normalizeAnswer(element, names))
  if (typeof answer !== "object" || answer === null) return answer
  const normalized = Object.entries(answer).map(([name, value]) => [
    name,
    exceptionOf.get(name)?.replace(value, names) ?? normalizeAnswer(value, names),
  ])
  return Object.fromEntries(normalized) as unknown
}

const taskPath = /(?<=\/tasks\/)\d+/

/** `GET /tasks/7 200` with the task's name instead of its uid; uids that the client made up stay. */
export const normalizeExchange = (exchange: string, names: TaskNames): string =>
  exchange.replace(taskPath, (uid) => (names.knows(Number(uid)) ? names.of(Number(uid)) : uid))
