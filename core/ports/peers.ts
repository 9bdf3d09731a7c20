import { Context, Data, type Effect } from "effect"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"

/** The other proxy gave no answer. `wasSent: "no"`: it cannot have got the request. */
export class PeerUnreachable extends Data.TaggedError("PeerUnreachable")<{
  readonly address: string
  readonly wasSent: "no" | "unknown"
  readonly reason: string
}> {}

/** Hands a request of a client on to another proxy, as the client has sent it. Any answer is a success, whatever its status. */
export class Peers extends Context.Service<
  Peers,
  { readonly send: (address: string, request: ApiRequest) => Effect.Effect<ApiResponse, PeerUnreachable> }
>()("miroir/Peers") {}
