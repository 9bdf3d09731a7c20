import { Effect } from "effect"
import { NodeUnreachable } from "#core/ports/node-client.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import type { NodeMember } from "#core/topology/topology.ts"
import type { SendFailure } from "./classify-failure.ts"

export interface NodeClientOptions {
  /** Master key of the nodes, sent as bearer token; null for nodes without one. */
  readonly nodeKey: string | null
}

/** How a driver reports; only the first report counts. */
export interface ExchangeListener {
  readonly answered: (response: NodeResponse) => void
  readonly failed: (failure: SendFailure) => void
  /** True once nobody waits for the answer any more: a request that has not started need not. */
  readonly isOver: () => boolean
}

/** Starts one request and returns what cuts it off. */
export type StartExchange = (listener: ExchangeListener) => () => void

/**
 * One request to a node as an effect: what a driver starts, under the deadline of the request. The deadline is a plain
 * timer, cheaper than a fiber, on the hot path of every search. Interruption cuts the request off.
 */
export const exchange = (
  node: NodeMember,
  { timeoutMs }: Pick<NodeRequest, "timeoutMs">,
  start: StartExchange,
): Effect.Effect<NodeResponse, NodeUnreachable> =>
  Effect.callback<NodeResponse, NodeUnreachable>((resume) => {
    let over = false
    const finish = (outcome: Effect.Effect<NodeResponse, NodeUnreachable> | null): void => {
      if (over) return
      over = true
      clearTimeout(deadline)
      if (outcome !== null) resume(outcome)
    }
    const failed = (failure: SendFailure & { readonly isLate?: boolean }): void =>
      finish(Effect.fail(new NodeUnreachable({ nodeId: node.id, ...failure })))

    const deadline = setTimeout(() => {
      failed({ wasSent: "unknown", reason: `no answer within ${timeoutMs} ms`, isLate: true })
      cutOff()
    }, timeoutMs)
    const cutOff = start({
      answered: (response) => finish(Effect.succeed(response)),
      failed,
      isOver: () => over,
    })
    return Effect.sync(() => {
      finish(null)
      cutOff()
    })
  })
