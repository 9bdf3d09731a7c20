import { Context, Data, type Effect } from "effect"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import type { NodeMember } from "#core/topology/topology.ts"

/**
 * No answer came. `wasSent: "no"` means that not one byte of the request can have reached the node: only then may it be
 * repeated blindly. `"unknown"` means that the node may have done it. `isLate`: nothing but the time was against it.
 */
export class NodeUnreachable extends Data.TaggedError("NodeUnreachable")<{
  readonly nodeId: string
  readonly wasSent: "no" | "unknown"
  readonly reason: string
  readonly isLate?: boolean
}> {}

/** Speaks HTTP with the nodes. Any answer is a success, whatever its status: what a status means is decided in core. */
export class NodeClient extends Context.Service<
  NodeClient,
  { readonly send: (node: NodeMember, request: NodeRequest) => Effect.Effect<NodeResponse, NodeUnreachable> }
>()("miroir/NodeClient") {}
