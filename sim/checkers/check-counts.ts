import type { JsonObject } from "#core/prelude/json.ts"
import { listedMost } from "../workload/request-of.ts"
import type { Attempt, History } from "../world/history.ts"
import { type Failure, broken } from "../world/verdict.ts"
import { say } from "./read-calls.ts"

/**
 * `each-document-once` and `totals-fit-hits`: no answer shows a document twice, and where an answer has room for all that it counts, it counts what
 * it shows. Both hold for every single answer, whatever is written meanwhile and whatever shards are missing.
 */
export const checkCounts = (history: History): Failure | null => {
  for (const attempt of history.attempts) {
    const counted = countedBy(attempt)
    if (counted === null) continue
    const { documents, total, limit } = counted
    const ids = documents.map((document) => document["id"])
    const twice = ids.find((id, at) => ids.indexOf(id) !== at)
    if (twice !== undefined)
      return broken("each-document-once", `${String(twice)} is shown more than once`, say(attempt))
    if (documents.length !== Math.min(total, limit))
      return broken("totals-fit-hits", `${documents.length} shown, ${total} counted, ${limit} asked for`, say(attempt))
  }
  return null
}

interface Counted {
  readonly documents: ReadonlyArray<JsonObject>
  readonly total: number
  readonly limit: number
}

const countedBy = ({ action, response }: Attempt): Counted | null => {
  if (response?.status !== 200) return null
  if (action.do === "list") {
    const { results, total } = JSON.parse(response.body) as { results: ReadonlyArray<JsonObject>; total: number }
    return { documents: results, total, limit: listedMost }
  }
  if (action.do !== "search") return null
  const { hits, estimatedTotalHits } = JSON.parse(response.body) as {
    hits: ReadonlyArray<JsonObject>
    estimatedTotalHits: number
  }
  return { documents: hits, total: estimatedTotalHits, limit: Number(action.body["limit"] ?? defaultLimit) }
}

/** Of a search that does not say how many hits it wants. */
const defaultLimit = 20
