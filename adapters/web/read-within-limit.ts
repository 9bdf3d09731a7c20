import type { ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { decodeBody, isEncoded } from "./decode-body.ts"
import type { IncomingRequest } from "./incoming-request.ts"
import { compressedBytesMax, payloadTooLarge } from "./payload-limit.ts"

/** Whether a body was announced; an empty one counts as none, unless it says that it is compressed: then it is damaged. */
export const hasBody = ({ headers }: IncomingRequest): boolean =>
  headers["transfer-encoding"] !== undefined ||
  (headers["content-length"] ?? "0") !== "0" ||
  (headers["content-length"] === "0" && isEncoded(headers["content-encoding"]))

export type ReadOutcome =
  | { readonly kind: "body"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly response: ApiResponse | null; readonly closesConnection: boolean }

/** The decoded body, or the answer that refuses it. `response` is null when the client has left meanwhile. */
export const readWithinLimit = async (incoming: IncomingRequest, limitBytes: number): Promise<ReadOutcome> => {
  const encoding = incoming.headers["content-encoding"]
  const raw = await incoming.readBody(isEncoded(encoding) ? compressedBytesMax(limitBytes) : limitBytes)
  if (raw === "gone") return { kind: "refused", response: null, closesConnection: true }
  if (raw === "too-large") return { kind: "refused", response: payloadTooLarge(limitBytes), closesConnection: true }
  const decoded = await decodeBody(raw, encoding, limitBytes)
  if (decoded.kind === "body") return decoded
  const response = decoded.kind === "too-large" ? payloadTooLarge(limitBytes) : undecodable
  return { kind: "refused", response, closesConnection: false }
}

/** Meilisearch words this differently on different routes; these are the words of the routes that take documents. */
const undecodable = errorResponse(errorBody("bad_request", "The provided payload is incomplete and cannot be parsed"))
