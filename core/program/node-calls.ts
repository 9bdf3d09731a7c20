import { Effect } from "effect"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import { Cluster } from "./cluster.ts"

/**
 * One request to one node; a node that does not answer is read no more until it was verified again. A page of something in between and an answer
 * that was cut off are no answers of a node: what it did is unknown. A request that changes a node ends with the time in which this proxy may write:
 * one that went on could arrive beside what the next writer sends. The node is not to blame for that.
 */
export const callNode = Effect.fnUntraced(function* (
  nodeId: string,
  request: NodeRequest,
): Effect.fn.Return<NodeResponse, NodeUnreachable, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const client = yield* NodeClient
  const sent = client.send(cluster.member(nodeId), request).pipe(
    Effect.filterOrFail(isOfNode(request), ({ status }) => {
      const reason = `it answered ${status} with something that no node answers to that`
      return new NodeUnreachable({ nodeId, wasSent: "unknown", reason })
    }),
    Effect.tapError(({ isLate }) => {
      // A write that is late may still be done: nothing is read from that node before it was looked at.
      const tag = isLate === true && isReading(request) ? "request-late" : "request-failed"
      return Effect.sync(() => cluster.observe(nodeId, { tag }))
    }),
  )
  if (isReading(request)) return yield* sent
  const reason = "another proxy may write by now"
  const { mayAct } = cluster.term
  yield* lasts(() => !mayAct(), renewalMs)
  if (!mayAct()) return yield* new NodeUnreachable({ nodeId, wasSent: "no", reason })
  return yield* Effect.raceFirst(sent, failsUnless(mayAct, nodeId, reason, renewalMs))
})

/**
 * A proxy that was busy for longer than its lease, with a large payload, renews it with its next breath, and nobody can have taken it for a second
 * after it has ended: so long as this it is not given up.
 */
const renewalMs = 500

/** How often a request that waits for a node looks whether it is still worth waiting. */
const lookMs = 50

/** To be raced with a request: fails when `holds` has not held for `patienceMs`. What the node has done of it is unknown then. */
export const failsUnless = (
  holds: () => boolean,
  nodeId: string,
  reason: string,
  patienceMs = 0,
): Effect.Effect<never, NodeUnreachable> =>
  Effect.gen(function* () {
    do {
      while (holds()) yield* Effect.sleep(lookMs)
      yield* lasts(() => !holds(), patienceMs)
    } while (holds())
    return yield* new NodeUnreachable({ nodeId, wasSent: "unknown", reason })
  })

/** Waits while `holds` holds, and no longer than `mostMs`. */
const lasts = Effect.fnUntraced(function* (holds: () => boolean, mostMs: number) {
  for (let waitedMs = 0; waitedMs < mostMs && holds(); waitedMs += lookMs) yield* Effect.sleep(lookMs)
})

const readingPaths =
  /^\/(?:multi-search|indexes\/[^/]+\/(?:search|facet-search|similar|fields|documents\/fetch))(?:\?|$)/

const isReading = ({ method, path }: NodeRequest): boolean =>
  method === "GET" || (method === "POST" && readingPaths.test(path))

/**
 * Whatever a node agrees to, it answers in JSON; metrics are text. Of answers to searches only the ends are looked at: they are large, and read
 * in pieces afterwards. All others are parsed here once more than needed, so that nobody who reads them has to expect anything else.
 */
const isOfNode =
  ({ path }: NodeRequest) =>
  ({ status, body }: NodeResponse): boolean => {
    if (status >= 300 || status === 204) return true
    if (path === "/metrics") return !body.startsWith("<")
    return readingPaths.test(path) ? listStarts.test(body) && body.endsWith("}") : isObject(body)
  }

/** What every answer to a search or a list begins with. */
const listStarts = /^\{"(?:hits|results|facetHits)":\[/

const isObject = (body: string): boolean => {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === "object" && value !== null
  } catch {
    return false
  }
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
