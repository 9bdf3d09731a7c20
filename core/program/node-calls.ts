import { Effect } from "effect"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import { Cluster } from "./cluster.ts"

/**
 * One request to one node; a node that does not answer is read no more until it was verified again. A page of something in between and an answer
 * that was cut off are no answers of a node: what it did is unknown.
 */
export const callNode = Effect.fnUntraced(function* (
  nodeId: string,
  request: NodeRequest,
): Effect.fn.Return<NodeResponse, NodeUnreachable, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const client = yield* NodeClient
  if (!isReading(request) && !cluster.term.mayAct())
    return yield* new NodeUnreachable({ nodeId, wasSent: "no", reason: "another proxy may write by now" })
  return yield* client.send(cluster.member(nodeId), request).pipe(
    Effect.filterOrFail(isWhole, ({ status }) => {
      const reason = `it answered ${status} with something that is no JSON`
      return new NodeUnreachable({ nodeId, wasSent: "unknown", reason })
    }),
    Effect.tapError(({ isLate }) => {
      // A write that is late may still be done: nothing is read from that node before it was looked at.
      const tag = isLate === true && isReading(request) ? "request-late" : "request-failed"
      return Effect.sync(() => cluster.observe(nodeId, { tag }))
    }),
  )
})

const readingPaths =
  /^\/(?:multi-search|indexes\/[^/]+\/(?:search|facet-search|similar|fields|documents\/fetch))(?:\?|$)/

const isReading = ({ method, path }: NodeRequest): boolean =>
  method === "GET" || (method === "POST" && readingPaths.test(path))

/** Whatever a node agrees to, it answers in JSON. Only the ends are looked at: answers are large. */
const isWhole = ({ status, body }: NodeResponse): boolean => {
  if (status >= 300 || status === 204) return true
  const last = body.at(-1) ?? ""
  if (body.startsWith("{")) return last === "}"
  if (body.startsWith("[")) return last === "]"
  return body !== "" && !body.startsWith("<")
}

export const getRequest = (path: string, timeoutMs: number): NodeRequest => ({
  method: "GET",
  path,
  body: null,
  contentType: null,
  timeoutMs,
})

export const jsonRequest = (
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  value: unknown,
  timeoutMs: number,
): NodeRequest => ({ method, path, body: JSON.stringify(value), contentType: "application/json", timeoutMs })
