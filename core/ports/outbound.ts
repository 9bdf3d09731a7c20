import { Context, Data, Effect } from "effect"

/** A request to a server that is no node: the receiver of a webhook, the target of an export. */
export interface OutboundRequest {
  readonly method: "GET" | "POST" | "PATCH"
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** The body is sent compressed, with its `content-encoding`. */
  readonly isGzipped: boolean
  readonly timeoutMs: number
}

export interface OutboundResponse {
  readonly status: number
  /** The beginning of the body: enough for an error object. */
  readonly body: string
}

export class OutboundFailed extends Data.TaggedError("OutboundFailed")<{ readonly reason: string }> {}

interface OutboundShape {
  readonly send: (request: OutboundRequest) => Effect.Effect<OutboundResponse, OutboundFailed>
}

/** Any answer is a success, whatever its status. Redirections are not followed. */
export const Outbound = Context.Reference<OutboundShape>("miroir/Outbound", {
  defaultValue: () => ({
    send: () => Effect.fail(new OutboundFailed({ reason: "this proxy reaches nobody but its nodes" })),
  }),
})
