import type { JsonObject } from "#core/prelude/json.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import type { Plan } from "../plan/plan.ts"
import type { Attempt, History } from "../world/history.ts"
import { type Failure, broken } from "../world/verdict.ts"
import { type DocumentState, type IndexHistory, finalStates, stateText, visibleStates } from "./document-states.ts"
import { type UsedAnswer, degradedShards, say } from "./read-calls.ts"

/**
 * Every document that a client was shown, and every one that it was not shown although the answer was whole, must be in a state that it may have
 * been in: not older than what had been confirmed when the client asked (`versions-never-shrink`), and after everything has come to
 * rest exactly as it was acknowledged (`acknowledged-is-kept`, `deleted-stays-deleted`).
 */
export const checkReads = (
  history: History,
  plan: Plan,
  indexes: ReadonlyMap<string, IndexHistory>,
  used: ReadonlyMap<number, ReadonlyArray<UsedAnswer>>,
): Failure | null => {
  for (const attempt of history.attempts) {
    const physicalUid = used.get(attempt.number)?.[0]?.physicalUid
    const index = physicalUid === undefined ? undefined : indexes.get(physicalUid)
    const shown = index === undefined ? null : shownBy(attempt, index, plan.fleet.shards)
    if (shown === null || index === undefined) continue
    for (const [id, state] of shown) {
      const failure = judgeState(attempt, index, id, state)
      if (failure !== null) return failure
    }
  }
  return null
}

const judgeState = (attempt: Attempt, index: IndexHistory, id: string, state: DocumentState): Failure | null => {
  if (attempt.isClosing) {
    const allowed = finalStates(index, id)
    if (allowed.has(state)) return null
    const invariant =
      state !== null && [...allowed].every((one) => one === null) ? "deleted-stays-deleted" : "acknowledged-is-kept"
    return broken(invariant, ...factsOf(index, id, state, allowed), say(attempt))
  }
  const { states, floor } = visibleStates(index, id, attempt.knownMs, attempt.answeredMs ?? attempt.sentMs)
  if (states.has(state)) return null
  const facts = factsOf(index, id, state, states)
  const confirmed = floor === null ? "nothing was confirmed before" : `write ${floor.version} was confirmed before`
  return broken("versions-never-shrink", ...facts, confirmed, say(attempt))
}

const factsOf = (index: IndexHistory, id: string, state: DocumentState, allowed: ReadonlySet<DocumentState>) => [
  `document ${id} of ${index.physicalUid} is ${state ?? "absent"}`,
  `it may be ${[...allowed]
    .slice(0, 5)
    .map((one) => one ?? "absent")
    .join(" or ")}`,
  ...index.steps
    .filter((step) => step.touches(id))
    .map((step) => `write ${step.version} (${step.certainty}): ${JSON.stringify(step.attempt.action).slice(0, 200)}`),
]

/** By id, what the answer says of each document; null where it says nothing that can be judged. */
export const shownBy = (
  attempt: Attempt,
  index: IndexHistory,
  shardCount: number,
): ReadonlyMap<string, DocumentState> | null => {
  const { action, response } = attempt
  if (response === null) return null
  if (action.do === "get") {
    if (response.status === 200) return new Map([[action.id, stateText(JSON.parse(response.body))]])
    return response.status === 404 && response.body.includes("document_not_found") ? new Map([[action.id, null]]) : null
  }
  if (response.status !== 200 || (action.do !== "list" && action.do !== "search")) return null
  const body = JSON.parse(response.body) as { hits?: ReadonlyArray<JsonObject>; results?: ReadonlyArray<JsonObject> }
  const documents = body.hits ?? body.results ?? []
  const shown = new Map<string, DocumentState>(documents.map((one) => [String(one["id"]), stateText(one)]))
  const isWhole = action.do === "list" || isEverything(action.body)
  if (!isWhole) return shown
  const missing = new Set(degradedShards(attempt))
  for (const id of index.ids) if (!shown.has(id) && !missing.has(shardOf(id, shardCount))) shown.set(id, null)
  return shown
}

export const isEverything = (body: JsonObject): boolean =>
  body["q"] === "" && body["filter"] === undefined && Number(body["limit"]) >= 1000
