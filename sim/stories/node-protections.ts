import { Effect } from "effect"
import { type NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import { CurrentAttempt } from "../world/history.ts"
import { bodyOf } from "../world/network.ts"
import type { Plant } from "../world/world.ts"
import type { Protection } from "./story.ts"

/* Protections that live in what Miroir asks of nodes, and in what it makes of their answers. */

type Send = NodeClient["Service"]["send"]
const onNodes =
  (wrap: () => (send: Send) => Send): (() => Plant) =>
  () => {
    const wrapped = wrap()
    return { nodes: ({ send }) => ({ send: wrapped(send) }) }
  }

const onAnswer = (change: (answer: NodeResponse, request: NodeRequest) => NodeResponse): (() => Plant) =>
  onNodes(() => (send) => (member, request) => Effect.map(send(member, request), (answer) => change(answer, request)))

const nothingFound = '{"results":[],"hits":[],"offset":0,"limit":0,"total":0,"estimatedTotalHits":0}'

export const retryElsewhere: Protection = {
  name: "retry-elsewhere",
  does: "what a node does not answer is asked of another replica; without it, the node counts as empty",
  off: onNodes(() => (send) => (member, request) => {
    const sent = send(member, request)
    if (!/\/(search|documents\/fetch)$/.test(request.path)) return sent
    const emptyForClients = (error: NodeUnreachable) =>
      Effect.flatMap(Effect.service(CurrentAttempt), (attempt) =>
        attempt === null ? Effect.fail(error) : Effect.succeed({ status: 200, body: nothingFound }),
      )
    return Effect.catch(sent, emptyForClients)
  }),
}

export const shardClauses: Protection = {
  name: "shard-clauses",
  does: "every node is asked for certain shards only, so that each is read once although several nodes hold it",
  off: onNodes(() => (send) => (member, request) => send(member, withoutClause(request))),
}

const withoutClause = (request: NodeRequest): NodeRequest => {
  if (!request.path.endsWith("/search")) return request
  const body: unknown = JSON.parse(bodyOf(request) ?? "{}")
  if (!isJsonObject(body)) return request
  const { filter, ...rest } = body
  const conditions = (Array.isArray(filter) ? filter : [filter]).filter((one) => !String(one).includes("_miroir_shard"))
  return { ...request, body: JSON.stringify(conditions.length === 0 ? rest : { ...rest, filter: conditions }) }
}

export const waitUntilApplied: Protection = {
  name: "wait-until-applied",
  does: "a task has succeeded only when every replica that is read has applied it, not when it has taken it",
  off: onAnswer((answer, request) =>
    request.path.startsWith("/tasks?") && request.path.includes("uids=")
      ? { ...answer, body: answer.body.replaceAll(/"status":"(enqueued|processing)"/g, '"status":"succeeded"') }
      : answer,
  ),
}

export const resync: Protection = {
  name: "resync",
  does: "repair compares and copies whole documents from a replica that is in sync; without it, marks are cleared and nothing is copied",
  off: onAnswer((answer, request) =>
    request.path.endsWith("/documents/fetch") && (bodyOf(request) ?? "").includes("retrieveVectors")
      ? { ...answer, body: nothingFound }
      : answer,
  ),
}

const markerPath = "/indexes/_miroir_node/documents"

export const marker: Protection = {
  name: "marker",
  does: "every node carries a marker; one that comes back without it counts as another node, which has everything to catch up on",
  off: onNodes(() => {
    const written = new Map<string, string>()
    return (send) => (member, request) => {
      if (!request.path.startsWith(markerPath)) return send(member, request)
      if (request.method !== "GET") written.set(member.id, bodyOf(request) ?? "")
      return Effect.map(send(member, request), (answer) => {
        const own = firstOf(written.get(member.id))
        return request.method === "GET" && own !== null ? { status: 200, body: JSON.stringify(own) } : answer
      })
    }
  }),
}

/** What was written last, whether the node still has it or not. */
const firstOf = (body: string | undefined): unknown => {
  const documents: unknown = body === undefined ? null : JSON.parse(body)
  return Array.isArray(documents) ? documents[0] : null
}

export const taskUids: Protection = {
  name: "task-uids",
  does: "a node whose newest task is older than one that it once acknowledged was restored from a copy: it has everything to catch up on",
  off: onNodes(() => {
    const newest = new Map<string, { readonly uid: number; readonly answer: NodeResponse }>()
    return (send) => (member, request) =>
      Effect.map(send(member, request), (answer) => {
        if (request.path !== "/tasks?limit=1" || answer.status !== 200) return answer
        const uid = Number(/"uid":(\d+)/.exec(answer.body)?.[1] ?? -1)
        const known = newest.get(member.id)
        if (known !== undefined && known.uid > uid) return known.answer
        newest.set(member.id, { uid, answer })
        return answer
      })
  }),
}
