import { Effect } from "effect"
import type { StoreChange } from "#core/ports/store.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { bodyOf } from "../world/network.ts"
import type { Plant } from "../world/world.ts"

/** A bug that the checkers must find. */
export interface Canary {
  readonly name: string
  readonly plant: Plant
}

type Change = (change: StoreChange) => StoreChange

/** Changes everything that is written to the store. */
const onWrite = (change: Change): Plant => ({
  store: (store) => ({
    ...store,
    intend: (prepare) => store.intend((version) => change(prepare(version))),
    commit: (made) => store.commit(change(made)),
  }),
})

/** Changes requests to nodes. */
const onRequest = (change: (request: NodeRequest, nodeId: string) => NodeRequest): Plant => ({
  nodes: (nodes) => ({ send: (member, request) => nodes.send(member, change(request, member.id)) }),
})

/** Changes answers of nodes. */
const onAnswer = (change: (answer: NodeResponse, request: NodeRequest) => NodeResponse): Plant => ({
  nodes: (nodes) => ({
    send: (member, request) => Effect.map(nodes.send(member, request), (answer) => change(answer, request)),
  }),
})

const isWrite = ({ method, path }: NodeRequest): boolean =>
  path.startsWith("/indexes") && method !== "GET" && !/\/(search|fetch)$/.test(path) && !path.includes("_miroir")
const isAddition = (request: NodeRequest): boolean => isWrite(request) && /\/documents\?/.test(request.path)
const isSearch = ({ path }: NodeRequest): boolean => path.endsWith("/search")

export const canaries: ReadonlyArray<Canary> = [
  { name: "behind marks are not stored", plant: onWrite(({ behind: _behind, ...change }) => change) },
  {
    name: "marks are forgotten at a start",
    plant: {
      store: (store) => ({ ...store, loadState: Effect.map(store.loadState, (state) => ({ ...state, behind: [] })) }),
    },
  },
  {
    name: "a task number is used twice",
    plant: {
      store: (store) => ({
        ...store,
        intend: (prepare) =>
          Effect.map(
            store.intend((version) => prepare(version % 7 === 0 ? version - 1 : version)),
            (version) => (version % 7 === 0 ? version - 1 : version),
          ),
      }),
    },
  },
  {
    name: "missed writes are not found",
    plant: { store: (store) => ({ ...store, writesSince: () => Effect.succeed([]) }) },
  },
  {
    name: "missed filter deletes are not found",
    plant: {
      store: (store) => ({
        ...store,
        writesSince: (physicalUid, since) =>
          Effect.map(store.writesSince(physicalUid, since), (tasks) =>
            tasks.filter((task) => task.touched.tag !== "bulk"),
          ),
      }),
    },
  },
  {
    name: "the first missed write is left out",
    plant: {
      store: (store) => ({
        ...store,
        writesSince: (physicalUid, since) => store.writesSince(physicalUid, since === 0 ? 0 : since + 1),
      }),
    },
  },
  {
    name: "writes under way are forgotten",
    plant: {
      store: (store) => ({
        ...store,
        unfinishedTasks: Effect.map(store.unfinishedTasks, (tasks) =>
          tasks.filter((task) => task.state !== "dispatching"),
        ),
      }),
    },
  },
  {
    name: "a commit is acknowledged and lost",
    plant: {
      store: (store, { kernel }) => ({
        ...store,
        commit: (change) =>
          change.tasks?.some((task) => task.state === "succeeded") === true && kernel.nowMs() % 11 === 0
            ? Effect.void
            : store.commit(change),
      }),
    },
  },
  {
    name: "a finished task is opened again",
    plant: {
      store: (store) => ({
        ...store,
        listTasks: (query) =>
          Effect.map(store.listTasks(query), (page) => ({
            ...page,
            tasks: page.tasks.map((task, at) =>
              at === 3 && task.uid % 3 === 0 ? { ...task, state: "enqueued" as const } : task,
            ),
          })),
      }),
    },
  },
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
    name: "half of a batch is sent",
    plant: onRequest((request, nodeId) => {
      const lines = bodyOf(request)?.trim().split("\n") ?? []
      if (!isAddition(request) || lines.length < 2 || nodeId === "n1") return request
      return { ...request, body: lines.slice(0, Math.ceil(lines.length / 2)).join("\n") }
    }),
  },
  {
    name: "writes are answered before sent",
    plant: {
      nodes: (nodes) => ({
        send: (member, request) =>
          Effect.catch(nodes.send(member, request), (error) =>
            isAddition(request) ? Effect.succeed({ status: 202, body: '{"taskUid":1000000}' }) : Effect.fail(error),
          ),
      }),
    },
  },
  {
    // The proxy takes its intent back, while some node may have done as it was asked.
    name: "an unknown outcome counts as a no",
    plant: onWrite((change) => {
      const isUnknown = ({ error }: TaskRecord) => error?.code === "miroir_no_quorum"
      const taken = change.tasks?.filter(isUnknown).map(({ uid }) => uid) ?? []
      if (taken.length === 0) return change
      const tasks = change.tasks?.filter((task) => !isUnknown(task)) ?? []
      return { ...change, tasks, removedTasks: [...(change.removedTasks ?? []), ...taken] }
    }),
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
  {
    name: "every node has the right marker",
    plant: rememberMarkers(),
  },
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

/** Answers every look at a node's marker, and at its tasks, as the last healthy one. */
function rememberMarkers(): Plant {
  return {
    nodes: (nodes) => {
      const last = new Map<string, NodeResponse>()
      return {
        send: (member, request) => {
          const isLook =
            request.method === "GET" && (request.path.includes("_miroir_node") || request.path === "/tasks?limit=1")
          return Effect.map(nodes.send(member, request), (answer) => {
            if (!isLook) return answer
            const key = `${member.id} ${request.path}`
            const known = last.get(key)
            if (known !== undefined && answer.body.length < known.body.length) return known
            if (answer.status === 200) last.set(key, answer)
            return request.path.includes("_miroir_node") && known !== undefined ? known : answer
          })
        },
      }
    },
  }
}
