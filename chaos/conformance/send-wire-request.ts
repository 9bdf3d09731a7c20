import { Agent, type IncomingMessage, request } from "node:http"
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib"
import { readExactJson } from "./exact-json.ts"
import type { WireAnswer, WireRequest } from "./sequence.ts"

export interface WireTarget {
  readonly url: string
  readonly masterKey: string
}

/** What clients act on. Dates, lengths and the names of servers differ between any two servers. */
const comparedHeaders = ["content-type", "allow", "retry-after", "location", "access-control-allow-origin"]
/** Nothing that a sequence asks takes so long, even on a busy machine. */
const answerDeadlineMs = 60_000

const agent = new Agent({ keepAlive: true, maxSockets: 32 })

/** Sends one request over a plain socket. Fails when there is no whole answer within the deadline. */
export const sendWireRequest = (target: WireTarget, asked: WireRequest): Promise<WireAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(target.url)
    const body = bodyBytes(asked.body)
    const outgoing = request(
      { agent, hostname, port, method: asked.method, path: asked.path, headers: wireHeaders(target, asked, body) },
      (incoming) => readAnswer(incoming).then(resolve, reject),
    )
    outgoing.setTimeout(answerDeadlineMs, () =>
      outgoing.destroy(new Error(`no answer within ${answerDeadlineMs} ms to ${asked.method} ${asked.path}`)),
    )
    outgoing.once("error", reject)
    outgoing.end(body ?? undefined)
  })

const bodyBytes = (body: WireRequest["body"]): Uint8Array | null => {
  if (body === undefined) return null
  if (body instanceof Uint8Array) return body
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body))
}

const wireHeaders = (
  { masterKey }: WireTarget,
  { headers = {} }: WireRequest,
  body: Uint8Array | null,
): Record<string, string> => {
  const own = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const all: Record<string, string> = {}
  if (!own.has("authorization")) all["Authorization"] = `Bearer ${masterKey}`
  if (body !== null) {
    if (!own.has("content-type")) all["Content-Type"] = "application/json"
    all["Content-Length"] = `${body.byteLength}`
  }
  for (const [name, value] of Object.entries(headers)) if (value !== null) all[name] = value
  return all
}

const readAnswer = async (incoming: IncomingMessage): Promise<WireAnswer> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
  const text = decoded(Buffer.concat(chunks), incoming.headers["content-encoding"]).toString("utf8")
  const headers = comparedHeaders.flatMap((name) => {
    const value = incoming.headers[name]
    return value === undefined ? [] : [[name, String(value)] as const]
  })
  return { status: incoming.statusCode ?? 0, headers: Object.fromEntries(headers), body: readExactJson(text), text }
}

const decoded = (bytes: Buffer, encoding: string | undefined): Buffer => {
  if (bytes.length === 0) return bytes
  if (encoding === "gzip") return gunzipSync(bytes)
  if (encoding === "br") return brotliDecompressSync(bytes)
  if (encoding === "deflate") return inflateSync(bytes)
  return bytes
}
