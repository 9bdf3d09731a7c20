import { isDeepStrictEqual } from "node:util"
import type { Fleet } from "../fleet.ts"
import { type SeededDraws, seededDraws } from "../seeded-draws.ts"
import type { Timeline } from "../timeline.ts"
import { pause, waitUntil } from "../wait-until.ts"
import { type Api, openApi } from "./api.ts"
import { awaitIdleNodes, awaitSync } from "./await-sync.ts"
import { compareReplicas, readReplicas } from "./compare-replicas.ts"

export interface ChangedMindsResult {
  /** Tasks by how they ended. */
  readonly counts: Readonly<Record<string, number>>
  readonly violations: ReadonlyArray<string>
}

const rounds = 4
const requestsPerRound = 50
/** So that every fourth round or so begins on indexes that exist. */
const names = ["w", "x", "y", "z"]
const tasksDeadlineMs = 60_000

/**
 * A client that never waits writes, renames, swaps, deletes indexes, cancels what it has just asked for and deletes tasks. After each round replicas,
 * settings and the indexes that the nodes hold are compared.
 */
export const changedMinds = async (fleet: Fleet, timeline: Timeline, seed: number): Promise<ChangedMindsResult> => {
  const api = openApi(fleet.url, fleet.masterKey)
  const draws = seededDraws(seed)
  const violations: string[] = []
  for (let round = 0; round < rounds; round++) {
    await sendRound(api, draws, violations)
    await awaitTasks(api)
    await awaitSync(api)
    await awaitIdleNodes(fleet.nodes)
    violations.push(...(await compareNodes(fleet, api)))
    timeline.note(`round ${round + 1}: ${requestsPerRound} requests, ${violations.length} violations so far`)
  }
  const counts = await countTasks(api)
  if ((counts["canceled"] ?? 0) === 0) violations.push("no task was canceled: it proved nothing")
  return { counts, violations }
}

type Request = readonly [method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown]

const sendRound = async (api: Api, draws: SeededDraws, violations: string[]): Promise<void> => {
  const newest: number[] = []
  for (let sent = 0; sent < requestsPerRound; sent++) {
    const request = drawRequest(draws, newest)
    const { status, body } = await api.send(...request)
    if (status === 0 || status >= 500) violations.push(`${request[0]} ${request[1]}: ${status} ${JSON.stringify(body)}`)
    if (typeof body["taskUid"] === "number") newest.push(body["taskUid"])
    if (draws.below(6) === 0) await pause(draws.below(120))
  }
}

const drawRequest = (draws: SeededDraws, newest: ReadonlyArray<number>): Request => {
  const uid = draws.pick(names) ?? "w"
  const other = draws.pick(names.filter((name) => name !== uid)) ?? "x"
  const index = `/indexes/${uid}`
  const requests: ReadonlyArray<() => Request> = [
    () => ["POST", `${index}/documents`, drawDocuments(draws)],
    () => ["PUT", `${index}/documents`, drawDocuments(draws)],
    () => ["POST", `${index}/documents`, drawDocuments(draws)],
    () => ["POST", `${index}/documents/delete-batch`, [draws.below(500), draws.below(500)]],
    () => ["DELETE", `${index}/documents`],
    () => ["PATCH", `${index}/settings`, { filterableAttributes: [draws.pick(["t", "n"])], stopWords: ["the"] }],
    () => ["PUT", `${index}/settings/searchable-attributes`, [draws.pick(["t", "*"])]],
    () => ["POST", "/indexes", { uid, primaryKey: "id" }],
    () => ["DELETE", index],
    () => ["PATCH", index, { uid: other }],
    () => ["POST", "/swap-indexes", [{ indexes: [uid, other] }]],
    () => ["POST", `/tasks/cancel?indexUids=${uid},${other}`],
    () => ["POST", `/tasks/cancel?uids=${newest.slice(-1 - draws.below(12)).join(",") || 0}`],
    () => ["DELETE", `/tasks?indexUids=${uid}&statuses=succeeded`],
  ]
  return (draws.pick(requests) ?? fail)()
}

const drawDocuments = (draws: SeededDraws) =>
  Array.from({ length: draws.below(4) === 0 ? 400 : 8 }, () => ({
    id: draws.below(500),
    t: `word ${draws.below(50)}`,
    n: draws.below(9),
  }))

const awaitTasks = (api: Api): Promise<unknown> => {
  let open: unknown = null
  const isDone = async (): Promise<boolean> => {
    const { body } = await api.send("GET", "/tasks?statuses=enqueued,processing&limit=5")
    open = body["results"]
    return body["total"] === 0
  }
  const deadline = { deadlineMs: tasksDeadlineMs, intervalMs: 50 }
  return waitUntil("every task to end", isDone, deadline, () => JSON.stringify(open))
}

/** Replicas with one another, settings of every index on all nodes, and the indexes of the nodes with those of the catalogue. */
const compareNodes = async (fleet: Fleet, api: Api): Promise<ReadonlyArray<string>> => {
  const { replicas, violations } = await readReplicas(fleet.nodes, fleet.shardCount)
  const found = [...violations, ...compareReplicas(replicas, fleet.replicasPerShard)]
  const physicalUids = new Set(replicas.map(({ index }) => index))
  const catalogue = (await api.send("GET", "/_miroir/shards")).body["indexes"]
  const known = Array.isArray(catalogue) ? catalogue.length : 0
  if (known !== physicalUids.size)
    found.push(`the catalogue knows ${known} indexes, and the nodes hold ${[...physicalUids].join(", ")}`)
  for (const physicalUid of physicalUids) {
    const settings = await Promise.all(
      fleet.nodes.map(
        async (node) => (await openApi(node.url, null).send("GET", `/indexes/${physicalUid}/settings`)).body,
      ),
    )
    if (!settings.every((one) => isDeepStrictEqual(one, settings[0])))
      found.push(`${physicalUid} has different settings on the nodes: ${JSON.stringify(settings)}`)
  }
  return found
}

const countTasks = async (api: Api): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {}
  for (const status of ["succeeded", "failed", "canceled"]) {
    const { body } = await api.send("GET", `/tasks?statuses=${status}&limit=0`)
    counts[status] = Number(body["total"])
  }
  return counts
}

const fail = (): never => {
  throw new Error("there is always a request to draw")
}
