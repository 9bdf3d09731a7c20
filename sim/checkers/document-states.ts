import type { JsonObject } from "#core/prelude/json.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import type { ClientAction, PlanDocument } from "../plan/plan.ts"
import type { Attempt, History } from "../world/history.ts"

/*
 * What every document may be after every write. Writes of an index are applied in the order of their sequence numbers; a write whose outcome nobody
 * promised (no quorum, the proxy died, a node failed it) may have happened or not, per document, so a document has a set of possible states.
 * A state is the text of the document, or null where there is none.
 */

export type DocumentState = string | null

/** Whether a write has happened. */
type Certainty = "applied" | "open" | "void"

export interface WriteStep {
  readonly version: number
  readonly attempt: Attempt
  readonly certainty: Certainty
  /** When its success was stored; null where it never was. */
  readonly succeededMs: number | null
  readonly touches: (id: string) => boolean
  readonly apply: (id: string, before: DocumentState) => DocumentState
}

/** All writes to one life of an index, oldest first. */
export interface IndexHistory {
  readonly physicalUid: string
  readonly steps: ReadonlyArray<WriteStep>
  readonly ids: ReadonlySet<string>
}

export const indexHistories = (history: History): ReadonlyMap<string, IndexHistory> => {
  const steps = new Map<string, { steps: Array<WriteStep>; ids: Set<string> }>()
  const written = history.attempts.filter((attempt) => attempt.version !== null)
  for (const attempt of written.sort((one, other) => one.version! - other.version!)) {
    const states = history.tasks.get(attempt.version!)
    const task = states?.at(-1)?.task
    if (states === undefined || task === undefined || task.physicalUid === null) continue
    let ofIndex = steps.get(task.physicalUid)
    if (ofIndex === undefined) steps.set(task.physicalUid, (ofIndex = { steps: [], ids: new Set() }))
    for (const id of idsOf(attempt.action)) ofIndex.ids.add(id)
    ofIndex.steps.push({
      version: task.uid,
      attempt,
      certainty: history.removedTasks.has(task.uid) ? "void" : certaintyOf(task),
      succeededMs: states.find((state) => state.task.state === "succeeded")?.atMs ?? null,
      ...effectOf(attempt.action),
    })
  }
  return new Map([...steps].map(([physicalUid, { steps, ids }]) => [physicalUid, { physicalUid, steps, ids }]))
}

/** States in which a document may be seen by a read that began at `sinceMs` and ended at `untilMs`. */
export const visibleStates = (
  index: IndexHistory,
  id: string,
  sinceMs: number,
  untilMs: number,
): { readonly states: ReadonlySet<DocumentState>; readonly floor: WriteStep | null } => {
  const steps = index.steps.filter(
    (step) => step.certainty !== "void" && step.touches(id) && step.attempt.sentMs <= untilMs,
  )
  const floorAt = steps.findLastIndex((step) => step.succeededMs !== null && step.succeededMs < sinceMs)
  const visible = new Set<DocumentState>()
  let possible: ReadonlySet<DocumentState> = new Set([null])
  if (floorAt === -1) visible.add(null)
  for (const [at, step] of steps.entries()) {
    const after = new Set<DocumentState>(step.certainty === "open" ? possible : [])
    for (const before of possible) after.add(step.apply(id, before))
    possible = after
    if (at >= floorAt) for (const state of possible) visible.add(state)
  }
  return { states: visible, floor: steps[floorAt] ?? null }
}

/** States in which a document may be after everything. */
export const finalStates = (index: IndexHistory, id: string): ReadonlySet<DocumentState> => {
  let possible: ReadonlySet<DocumentState> = new Set([null])
  for (const step of index.steps) {
    if (step.certainty === "void" || !step.touches(id)) continue
    const after = new Set<DocumentState>(step.certainty === "open" ? possible : [])
    for (const before of possible) after.add(step.apply(id, before))
    possible = after
  }
  return possible
}

/** Errors that the proxy or every node gives for the write itself: nothing of it has happened. */
const semanticCodes = /^(index_|invalid_|missing_|immutable_)/

export const certaintyOf = (task: TaskRecord): Certainty => {
  if (task.state === "succeeded") return "applied"
  if (task.state === "failed" && semanticCodes.test(task.error?.code ?? "")) return "void"
  return "open"
}

/** Members in the order of their names: two nodes may list them differently. */
export const stateText = (document: JsonObject): string =>
  JSON.stringify(Object.fromEntries(Object.entries(document).sort(([one], [other]) => (one < other ? -1 : 1))))

const effectOf = (action: ClientAction): Pick<WriteStep, "touches" | "apply"> => {
  const nothing = { touches: () => false, apply: (_id: string, before: DocumentState) => before }
  switch (action.do) {
    case "add":
    case "update": {
      const given = new Map(action.documents.map((document) => [document.id, document]))
      return {
        touches: (id) => given.has(id),
        apply: (id, before) => written(given.get(id)!, action.do === "update" ? before : null),
      }
    }
    case "delete-one":
      return { touches: (id) => id === action.id, apply: () => null }
    case "delete-batch":
      return { touches: (id) => action.ids.includes(id), apply: () => null }
    case "delete-group":
      return {
        touches: () => true,
        apply: (_id, before) => (before !== null && JSON.parse(before)["group"] === action.group ? null : before),
      }
    case "clear":
    case "delete-index":
      return { touches: () => true, apply: () => null }
    default:
      return nothing
  }
}

const written = (given: PlanDocument, before: DocumentState): DocumentState =>
  stateText({ ...(before === null ? {} : (JSON.parse(before) as JsonObject)), ...given })

const idsOf = (action: ClientAction): ReadonlyArray<string> =>
  action.do === "add" || action.do === "update" ? action.documents.map(({ id }) => id) : []
