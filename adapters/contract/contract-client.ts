import { expect } from "vitest"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"

/** A node under contract, however it is reached. */
export interface ContractNode {
  readonly send: (request: ContractRequest) => Promise<NodeResponse>
  /** Resolves when every task that was accepted has ended. */
  readonly settle: () => Promise<void>
}

export interface ContractRequest extends Pick<NodeRequest, "method" | "path" | "contentType"> {
  readonly body: string | Uint8Array | null
}

/** Whatever JSON an answer holds: the cases say what they expect of it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Answered = any

export interface Answer {
  readonly status: number
  readonly text: string
  /** The body as JSON; undefined when it is empty. */
  readonly body: Answered
}

export interface ContractClient {
  readonly call: (method: NodeRequest["method"], path: string, body?: unknown) => Promise<Answer>
  /** Sends a write that must be accepted, waits, and gives the task as it ended. */
  readonly write: (method: NodeRequest["method"], path: string, body?: unknown) => Promise<Answered>
  /** A search that must succeed. */
  readonly search: (uid: string, request: unknown) => Promise<Answered>
  readonly settle: () => Promise<void>
}

/** Bodies that are texts go out as they are: NDJSON when they begin with a newline, JSON otherwise. */
export const contractClient = (node: ContractNode): ContractClient => {
  const call: ContractClient["call"] = async (method, path, body) => {
    const text = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body)
    const contentType = text === null ? null : text.startsWith("\n") ? "application/x-ndjson" : "application/json"
    const response = await node.send({ method, path, body: text, contentType })
    const isEmpty = response.body === ""
    return { status: response.status, text: response.body, body: isEmpty ? undefined : JSON.parse(response.body) }
  }
  const write: ContractClient["write"] = async (method, path, body) => {
    const accepted = await call(method, path, body)
    expect(accepted.body, `${method} ${path}`).toMatchObject({ status: "enqueued" })
    await node.settle()
    return (await call("GET", `/tasks/${accepted.body.taskUid}`)).body
  }
  const search: ContractClient["search"] = async (uid, request) => {
    const answer = await call("POST", `/indexes/${uid}/search`, request)
    expect(answer, JSON.stringify(request)).toMatchObject({ status: 200 })
    return answer.body
  }
  return { call, write, search, settle: node.settle }
}

/** The error object of the engine, as it stands in answers and in tasks. */
export const errorOf = (code: string, message: string, type = "invalid_request") => ({
  message,
  code,
  type,
  link: `https://docs.meilisearch.com/errors#${code}`,
})

export const idsOf = (answer: Answered): ReadonlyArray<number | string> =>
  (answer.hits ?? answer.results).map((document: Answered) => document.id)
