import type { TracedRequest } from "#core/tracing/trace-line.ts"
import type { WireRequest } from "../conformance/sequence.ts"
import { authorizationOf, keyText, type Keyring } from "./authorization.ts"
import type { ReplayMemory } from "./replay-memory.ts"

/** Why a request is not sent again; each is counted by this name. */
export type LeftOut =
  /** What comes of it is awaited where the recording saw the task's end, and not asked for again and again. */
  | "asked for a task that had not ended"
  | "its body was not recorded"
  /** It would send documents to another system. */
  | "an export"
  | "asked for a task that is not there in the replay"

/** A recorded request as the target of a replay understands it, or why it is left out. */
export const repeatRequest = (
  request: TracedRequest,
  isSecured: boolean,
  memory: ReplayMemory,
  keyring: Keyring,
): WireRequest | LeftOut => {
  const { method, target, said } = request
  if (said.taskStatus === "enqueued" || said.taskStatus === "processing") return "asked for a task that had not ended"
  if (/^\/export(\?|$)/.test(target)) return "an export"
  const [, task] = /^\/tasks\/(\d+)/.exec(target) ?? []
  if (task !== undefined && request.status === 200 && memory.taskUid(Number(task)) === null)
    return "asked for a task that is not there in the replay"
  const body = bodyOf(request)
  if (body === null) return "its body was not recorded"
  return {
    method,
    path: withKeys(memory.translate(target), keyring),
    headers: {
      "content-type": null,
      ...request.headers,
      authorization: authorizationOf(request.caller, isSecured, keyring),
    },
    ...(body.length === 0 ? {} : { body }),
  }
}

/** null: there was one, and it is not there. */
const bodyOf = ({ method, target, body, said }: TracedRequest): string | Uint8Array | null => {
  if (body === undefined) return method === "GET" || method === "HEAD" || method === "DELETE" ? "" : null
  if (typeof body === "string") return method === "POST" && target === "/keys" ? withUid(body, said.keyUid) : body
  return "base64" in body ? Buffer.from(body.base64, "base64") : null
}

/** A key gets the uid that it had, whether the client chose it or the server: then the same callers have the same keys. */
const withUid = (body: string, keyUid: string | undefined): string =>
  keyUid === undefined ? body : JSON.stringify({ ...(JSON.parse(body) as object), uid: keyUid })

const withKeys = (target: string, keyring: Keyring): string => {
  const { masterKey } = keyring
  // Translated already: what stands there is the uid on the target.
  const asItStands = { ...keyring, keyUid: (uid: string) => uid }
  return masterKey === null
    ? target
    : target.replace(/(?<=^\/keys\/)key-([\da-f-]{36})/, (_, uid: string) => keyText(uid, masterKey, asItStands))
}
