import { encodeShard } from "#core/protocol/hidden-fields.ts"
import type { Attempt, History, NodeCall } from "../world/history.ts"
import { bodyOf, otherPages } from "../world/network.ts"

/** A node's answer of which a client's answer was made. */
export interface UsedAnswer {
  readonly call: NodeCall
  readonly physicalUid: string
  /** Shards that it was asked for; null: everything that it holds. */
  readonly shards: ReadonlyArray<number> | null
}

/** The answers that each attempt has used, by its number. */
export const usedAnswers = (history: History, shardCount: number): ReadonlyMap<number, ReadonlyArray<UsedAnswer>> => {
  const byText = new Map(Array.from({ length: shardCount }, (_, shard) => [encodeShard(shard), shard]))
  const used = new Map<number, Array<UsedAnswer>>()
  for (const call of history.nodeCalls) {
    const { attempt, answer, request } = call
    const match = /^\/indexes\/([^/]+)\/(search|documents)/.exec(request.path)
    if (attempt === null || answer === null || match === null || !isUsable(answer)) continue
    const found = { call, physicalUid: match[1]!, shards: shardsIn(bodyOf(request) ?? "", byText) }
    const ofAttempt = used.get(attempt.number)
    if (ofAttempt === undefined) used.set(attempt.number, [found])
    else ofAttempt.push(found)
  }
  return used
}

const isUsable = ({ status, body }: { status: number; body: string }): boolean =>
  (status === 200 && body.startsWith("{") && body.endsWith("}") && !otherPages.includes(body)) ||
  (status === 404 && body.includes("document_not_found"))

export const shardsIn = (body: string, byText: ReadonlyMap<string, number>): ReadonlyArray<number> | null => {
  const clause = /_miroir_shard IN \[([^\]]*)\]/.exec(body)?.[1]
  if (clause === undefined) return null
  return [...clause.matchAll(/[!#%&*+,]{5}/g)].flatMap(([text]) => byText.get(text) ?? [])
}

/** Shards that an answer says it lacks. */
export const degradedShards = (attempt: Attempt): ReadonlyArray<number> => {
  const header = attempt.response?.headers["x-miroir-degraded"]
  return header === undefined ? [] : header.replace("shards=", "").split(",").map(Number)
}

export const say = (attempt: Attempt): string =>
  `#${attempt.number} ${attempt.request.method} ${attempt.request.path} ${JSON.stringify(attempt.action)} → ${
    attempt.response === null ? "no answer" : `${attempt.response.status} ${attempt.response.body.slice(0, 400)}`
  }`
