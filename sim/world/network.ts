import { Effect } from "effect"
import { type NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import { decodeUtf8 } from "#core/prelude/utf8.ts"
import { pick, within } from "../kernel/draws.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { ProcessLife } from "../kernel/process-life.ts"
import { answerModelNode } from "../model/model-node.ts"
import type { FleetPlan } from "../plan/plan.ts"
import { type FleetNode, chosenFault, extraMs, workOn } from "./fleet-node.ts"

/*
 * Between the proxy and the nodes. A request travels to the node, is answered there at once, and its answer travels back; each direction has its own
 * delay, and what goes wrong is decided when the request is sent (lost on its way) or when it arrives (what the node does with it).
 * A request on its way is delivered although the proxy has died or has given it up; its answer then reaches nobody.
 * Requests that are given up never arrive later than others that were sent after the node was reachable again.
 */

export interface Network {
  readonly kernel: Kernel
  readonly fleet: FleetPlan
  readonly nodes: ReadonlyMap<string, FleetNode>
  readonly onTask: (node: FleetNode) => void
}

type Sent = Effect.Effect<NodeResponse, NodeUnreachable>

/** Sends for one life of the proxy. */
export const sendOver =
  (network: Network, life: ProcessLife): NodeClient["Service"]["send"] =>
  (member, request) => {
    const node = network.nodes.get(member.id)!
    return Effect.callback<NodeResponse, NodeUnreachable>((resume) => {
      let isOver = false
      const finish = (sent: Sent): void => {
        if (isOver) return
        isOver = true
        cancelTimeout()
        resume(sent)
      }
      const fail = (wasSent: "no" | "unknown", reason: string, isLate = false): void =>
        finish(Effect.fail(new NodeUnreachable({ nodeId: node.id, wasSent, reason, isLate })))
      const operation = ++node.requests
      const isSilentlyLost = { wasSent: "unknown" as "no" | "unknown" }
      const cancelTimeout = life.after(request.timeoutMs, () => fail(isSilentlyLost.wasSent, "no answer in time", true))
      travel(network, life, node, operation, request, {
        succeed: (response) => finish(Effect.succeed(response)),
        fail,
        loseBefore: (wasSent) => void (isSilentlyLost.wasSent = wasSent),
      })
      return Effect.sync(() => {
        isOver = true
        cancelTimeout()
      })
    })
  }

interface Receiver {
  readonly succeed: (response: NodeResponse) => void
  readonly fail: (wasSent: "no" | "unknown", reason: string) => void
  /** Nothing will come: what the timeout will say. */
  readonly loseBefore: (wasSent: "no" | "unknown") => void
}

const travel = (
  network: Network,
  life: ProcessLife,
  node: FleetNode,
  operation: number,
  request: NodeRequest,
  receiver: Receiver,
): void => {
  const { kernel, fleet } = network
  const draw = (purpose: string) => kernel.draws.draw(purpose, node.id, operation)
  const oneWay = (purpose: string) => within(draw(purpose), fleet.latencyMs) + extraMs(node, "slow-network")
  const outMs = oneWay("out")
  if (chosenFault(node, "partition", kernel, operation) !== null) {
    // A connection that was never made says so; one that stood before says nothing.
    receiver.loseBefore(draw("partition kind") % 2 === 0 ? "no" : "unknown")
    return
  }
  if (chosenFault(node, "lose-requests", kernel, operation) !== null) {
    if (draw("loss kind") % 2 === 0) life.after(outMs, () => receiver.fail("no", "connection refused"))
    return
  }
  const arrive = (): void => {
    if (!node.isUp) return void life.after(oneWay("back"), () => receiver.fail("no", "connection refused"))
    if (node.isPaused) return void node.waiting.push(arrive)
    const lifeOfNode = node.life
    const response = handle(network, node, operation, request)
    if (chosenFault(node, "stick", kernel, operation) !== null) return
    const isAnswerLost = chosenFault(node, "lose-answers", kernel, operation) !== null
    life.after(oneWay("back"), () =>
      isAnswerLost || node.life !== lifeOfNode
        ? receiver.fail("unknown", "connection reset")
        : receiver.succeed(response),
    )
  }
  kernel.after(outMs, arrive)
}

const handle = (network: Network, node: FleetNode, operation: number, request: NodeRequest): NodeResponse => {
  const { kernel, fleet } = network
  const isChosen = (fault: Parameters<typeof chosenFault>[1]) => chosenFault(node, fault, kernel, operation) !== null
  if (isChosen("answer-429")) return { status: 429, body: "Too many requests" }
  if (isChosen("answer-503")) return { status: 503, body: '{"message":"The service is unavailable."}' }
  if (isChosen("answer-other"))
    return { status: 200, body: pick(kernel.draws.draw("page", node.id, operation), otherPages) }
  const body = bodyOf(request)
  const { method, path, contentType } = request
  const response = answerModelNode(node.disk, { method, path, body, contentType, authorization: null }, kernel.nowMs())
  workOn(node, kernel, fleet, () => network.onTask(node))
  if (!isChosen("truncate")) return response
  const half = response.body.slice(0, response.body.length >> 1)
  // What is cut off by chance where an object ends cannot be told from an answer; nothing that counts bytes lets it through.
  return { ...response, body: half.replace(/[}\]]+$/, "") }
}

/** What something between the proxy and a node may answer in its stead. */
export const otherPages = ["<html><body>Please sign in</body></html>", "OK", "", '{"status":', '{"a":}']

export const bodyOf = ({ body }: NodeRequest): string | null =>
  body === null || typeof body === "string"
    ? body
    : body instanceof Uint8Array
      ? decodeUtf8(body)
      : [...body.pieces()].map(decodeUtf8).join("")
