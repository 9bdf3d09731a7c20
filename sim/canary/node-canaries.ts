import { Effect } from "effect"
import { jsonRequest } from "#core/program/node-calls.ts"
import type { NodeResponse } from "#core/protocol/http-message.ts"
import { bodyOf } from "../world/network.ts"
import { type Canary, isAddition, isSearch, onAnswer, onRequest } from "./canary.ts"
import { rightMarkers } from "./right-markers.ts"

/** Nodes are asked wrongly, or their answers are. */
export const nodeCanaries: ReadonlyArray<Canary> = [
  {
    name: "searches read whole nodes",
    plant: onRequest((request) => {
      if (!isSearch(request)) return request
      const { filter: _filter, ...body } = JSON.parse(bodyOf(request) ?? "{}") as { filter?: unknown }
      return { ...request, body: JSON.stringify(body) }
    }),
  },
  {
    name: "a node forgets deletes",
    plant: onRequest((request, nodeId) =>
      nodeId === "n2" && request.path.endsWith("/delete-batch") ? { ...request, body: "[]" } : request,
    ),
  },
  {
    // It says that it has, and the proxy forgets the index.
    name: "a node keeps deleted indexes",
    plant: onRequest((request, nodeId) =>
      nodeId === "n2" && request.method === "DELETE" && /^\/indexes\/[^/]+$/.test(request.path)
        ? jsonRequest("POST", `${request.path}/documents/delete-batch`, [], request.timeoutMs)
        : request,
    ),
  },
  {
    name: "half of a batch is sent",
    plant: onRequest((request, nodeId) => {
      const lines = bodyOf(request)?.trim().split("\n") ?? []
      if (!isAddition(request) || lines.length < 2 || nodeId === "n1") return request
      return { ...request, body: lines.slice(0, Math.ceil(lines.length / 2)).join("\n") }
    }),
  },
  {
    // With the number of the last write that it took: one that it never gave out would make it another node.
    name: "writes are answered before sent",
    plant: {
      nodes: (nodes) => {
        const taken = new Map<string, NodeResponse>()
        return {
          send: (member, request) => {
            const last = isAddition(request) ? taken.get(member.id) : undefined
            const sent = Effect.map(nodes.send(member, request), (answer) => {
              if (answer.status === 202) taken.set(member.id, answer)
              return answer.status === 429 || answer.status === 503 ? (last ?? answer) : answer
            })
            return last === undefined ? sent : Effect.catch(sent, () => Effect.succeed(last))
          },
        }
      },
    },
  },
  {
    name: "a write is repeated much later",
    plant: {
      nodes: (nodes) => ({
        send: (member, request) =>
          Effect.tap(nodes.send(member, request), () =>
            isAddition(request) && member.id === "n3"
              ? Effect.forkDetach(Effect.andThen(Effect.sleep(1_500), Effect.ignore(nodes.send(member, request))))
              : Effect.void,
          ),
      }),
    },
  },
  {
    name: "tasks are called done too early",
    plant: onAnswer((answer, request) =>
      request.path.startsWith("/tasks?")
        ? { ...answer, body: answer.body.replaceAll('"enqueued"', '"succeeded"') }
        : answer,
    ),
  },
  {
    name: "failed tasks are called done",
    plant: onAnswer((answer, request) =>
      request.path.startsWith("/tasks?")
        ? { ...answer, body: answer.body.replaceAll('"failed"', '"succeeded"') }
        : answer,
    ),
  },
  { name: "every node has the right marker", plant: rightMarkers },
  {
    name: "one hit too many is counted",
    plant: onAnswer((answer, request) =>
      isSearch(request)
        ? {
            ...answer,
            body: answer.body.replace(/"estimatedTotalHits":(\d+)/, (_, n) => `"estimatedTotalHits":${Number(n) + 1}`),
          }
        : answer,
    ),
  },
  {
    name: "a list counts one too many",
    plant: onAnswer((answer, request) =>
      request.path.endsWith("/fetch")
        ? { ...answer, body: answer.body.replace(/"total":(\d+)/, (_, n) => `"total":${Number(n) + 1}`) }
        : answer,
    ),
  },
  {
    name: "a value of a facet is counted twice",
    plant: onAnswer((answer, request) =>
      isSearch(request)
        ? { ...answer, body: answer.body.replace(/("(?:red|blue)":)(\d+)/g, (_, name, n) => `${name}${Number(n) + 1}`) }
        : answer,
    ),
  },
  {
    // Counted twice as well: only who looks at the ids can tell.
    name: "a hit is shown twice",
    plant: onAnswer((answer, request) => (isSearch(request) ? withFirstHitTwice(answer) : answer)),
  },
  {
    name: "settings do not reach one node",
    plant: onRequest((request, nodeId) =>
      nodeId === "n4" && request.path.endsWith("/settings") && !(bodyOf(request) ?? "").includes("_miroir")
        ? { ...request, body: "{}" }
        : request,
    ),
  },
  {
    name: "repair copies nothing",
    plant: onAnswer((answer, request) =>
      request.path.endsWith("/fetch") && (bodyOf(request) ?? "").includes("retrieveVectors")
        ? { ...answer, body: '{"results":[],"offset":0,"limit":0,"total":0}' }
        : answer,
    ),
  },
  {
    name: "a dead node counts as empty",
    plant: {
      nodes: (nodes) => ({
        send: (member, request) =>
          Effect.catch(nodes.send(member, request), (error) =>
            request.path.endsWith("/documents/fetch")
              ? Effect.succeed({ status: 200, body: '{"results":[],"offset":0,"limit":1000,"total":0}' })
              : Effect.fail(error),
          ),
      }),
    },
  },
  {
    name: "hidden fields are spelled wrongly",
    plant: onAnswer((answer, request) =>
      isSearch(request)
        ? { ...answer, body: answer.body.replaceAll('"_miroir_version"', '"old_miroir_version"') }
        : answer,
    ),
  },
]

const withFirstHitTwice = (answer: NodeResponse): NodeResponse => {
  if (answer.status !== 200 || !answer.body.endsWith("}")) return answer
  const { hits, estimatedTotalHits, ...rest } = JSON.parse(answer.body) as {
    readonly hits: ReadonlyArray<unknown>
    readonly estimatedTotalHits: number
  }
  const more = hits.slice(0, 1)
  const body = { ...rest, hits: [...more, ...hits], estimatedTotalHits: estimatedTotalHits + more.length }
  return { ...answer, body: JSON.stringify(body) }
}
