import type { ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { decodeBody, isEncoded } from "./decode-body.ts"
import { announcedBytes, type IncomingRequest } from "./incoming-request.ts"
import { compressedBytesMax, payloadTooLarge } from "./payload-limit.ts"
import { watchPauses } from "./watch-pauses.ts"

/** Whether a body was announced; an empty one counts as none, unless it says that it is compressed: then it is damaged. */
export const hasBody = ({ headers }: IncomingRequest): boolean =>
  headers["transfer-encoding"] !== undefined ||
  (headers["content-length"] ?? "0") !== "0" ||
  (headers["content-length"] === "0" && isEncoded(headers["content-encoding"]))

export interface BodyTerms {
  /** Of the decoded body. */
  readonly limitBytes: number
  /** A client who sends nothing for longer is given up. */
  readonly pauseMaxMs: number
  /** Waits for the memory of a large body. Null: it is there; else the answer of a client who may not have it. */
  readonly admit: (bytes: number) => Promise<ApiResponse | null>
  /** Whether anybody still waits for the answer. */
  readonly isWanted: () => boolean
}

type Refused = {
  readonly kind: "refused"
  /** null: the client has left. */
  readonly response: ApiResponse | null
  readonly closesConnection: boolean
}
export type ReceivedBody = { readonly kind: "body"; readonly bytes: Uint8Array } | Refused

/**
 * The decoded body, or the answer that refuses it. A body that says how large it is gets its memory before it is read; one that does not say,
 * and one that grows by being decoded, gets it when it turns out to be large. Small bodies wait for nobody: a search must not stand behind an upload.
 */
export const receiveBody = async (incoming: IncomingRequest, terms: BodyTerms): Promise<ReceivedBody> => {
  const encoding = incoming.headers["content-encoding"]
  const { limitBytes } = terms
  const bytesMax = isEncoded(encoding) ? compressedBytesMax(limitBytes) : limitBytes
  const announced = announcedBytes(incoming)
  if (announced !== null && announced > bytesMax) return refuse(payloadTooLarge(limitBytes))
  const admission = makeAdmission(terms, isEncoded(encoding) ? limitBytes : (announced ?? limitBytes))
  if (announced !== null && announced > freeBytesMax && !(await admission.ask())) return refuse(admission.refusal())
  const raw = await readWatched(incoming, bytesMax, terms, admission)
  if (raw === "paused") return refuse(requestTimeout)
  if (raw === "too-large") return refuse(payloadTooLarge(limitBytes))
  if (raw === "gone") return refuse(admission.refusal())
  let decoded = await decodeBody(raw, encoding, admission.isAsked() ? limitBytes : Math.min(limitBytes, freeBytesMax))
  if (decoded.kind === "too-large" && !admission.isAsked() && limitBytes > freeBytesMax) {
    if (!(await admission.ask())) return refuse(admission.refusal(), false)
    decoded = await decodeBody(raw, encoding, limitBytes)
  }
  if (decoded.kind === "body") return decoded
  return refuse(decoded.kind === "too-large" ? payloadTooLarge(limitBytes) : undecodable, false)
}

/** Bodies up to this size need no memory of the budget. */
export const freeBytesMax = 1024 * 1024

/** What is left unread of a body would be taken for the next request. */
const refuse = (response: ApiResponse | null, closesConnection = true): Refused => ({
  kind: "refused",
  response,
  closesConnection,
})

const readWatched = async (
  incoming: IncomingRequest,
  bytesMax: number,
  { pauseMaxMs, isWanted }: BodyTerms,
  admission: Admission,
): Promise<Uint8Array | "too-large" | "gone" | "paused"> => {
  const pauses = watchPauses(pauseMaxMs)
  let isOver = false
  const waitForMemory = async (): Promise<boolean> => {
    // Here we keep the client waiting.
    pauses.stop()
    const isAdmitted = await admission.ask()
    if (isAdmitted && !isOver) pauses.restart()
    return isAdmitted
  }
  const mayGoOn = (bytes: number): boolean | Promise<boolean> => {
    if (isOver || !isWanted()) return false
    if (bytes > freeBytesMax && !admission.isAsked()) return waitForMemory()
    pauses.restart()
    return true
  }
  try {
    return await Promise.race([incoming.readBody({ bytesMax, mayGoOn }), pauses.exceeded])
  } finally {
    isOver = true
    pauses.stop()
  }
}

interface Admission {
  /** Whether there is memory now, and anybody who still wants it. Once at most. */
  readonly ask: () => Promise<boolean>
  readonly isAsked: () => boolean
  /** Why there is none; null also where the client left. */
  readonly refusal: () => ApiResponse | null
}

const makeAdmission = ({ admit, isWanted }: BodyTerms, bytes: number): Admission => {
  let isAsked = false
  let refusal: ApiResponse | null = null
  const ask = async (): Promise<boolean> => {
    isAsked = true
    refusal = await admit(bytes)
    return refusal === null && isWanted()
  }
  return { ask, isAsked: () => isAsked, refusal: () => refusal }
}

/** Meilisearch words this differently on different routes; these are the words of the routes that take documents. */
const undecodable = errorResponse(errorBody("bad_request", "The provided payload is incomplete and cannot be parsed"))
/** HTTP's own words for a client who sends too slowly; Meilisearch has none. */
const requestTimeout: ApiResponse = { status: 408, body: "", headers: {} }
