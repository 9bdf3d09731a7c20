import { Effect } from "effect"
import type { StoreChange } from "#core/ports/store.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import type { Plant } from "../world/world.ts"

/** A bug that the checkers must find. */
export interface Canary {
  readonly name: string
  readonly plant: Plant
}

type Change = (change: StoreChange) => StoreChange

/** Changes everything that is written to the store. */
export const onWrite = (change: Change): Plant => ({
  store: (store) => ({
    ...store,
    intend: (prepare) => store.intend((version) => change(prepare(version))),
    commit: (made) => store.commit(change(made)),
  }),
})

/** Changes requests to nodes. */
export const onRequest = (change: (request: NodeRequest, nodeId: string) => NodeRequest): Plant => ({
  nodes: (nodes) => ({ send: (member, request) => nodes.send(member, change(request, member.id)) }),
})

/** Changes answers of nodes. */
export const onAnswer = (change: (answer: NodeResponse, request: NodeRequest) => NodeResponse): Plant => ({
  nodes: (nodes) => ({
    send: (member, request) => Effect.map(nodes.send(member, request), (answer) => change(answer, request)),
  }),
})

const isWrite = ({ method, path }: NodeRequest): boolean =>
  path.startsWith("/indexes") && method !== "GET" && !/\/(search|fetch)$/.test(path) && !path.includes("_miroir")
export const isAddition = (request: NodeRequest): boolean => isWrite(request) && /\/documents\?/.test(request.path)
export const isSearch = ({ path }: NodeRequest): boolean => path.endsWith("/search")
