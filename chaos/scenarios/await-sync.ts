import type { NodeProcess } from "../node-process.ts"
import { pause, waitUntil } from "../wait-until.ts"
import { type Api, openApi } from "./api.ts"

/** What `GET /_miroir/shards` says of a replica that missed a write. */
export interface BehindReplica {
  readonly index: string
  readonly shard: number
  readonly node: string
  readonly reason?: string
}

/** Copying and comparing all shards of a wiped node takes seconds; a small machine under load may need far longer. */
const syncDeadlineMs = 180_000
const intervalMs = 250
/** A node that just came back may not have been looked at yet: "nothing is behind" must last. */
const calmRepeats = 6

/** Null when the proxy does not answer. */
export const readBehind = async (api: Api): Promise<ReadonlyArray<BehindReplica> | null> => {
  const { status, body } = await api.send("GET", "/_miroir/shards")
  const behind = body["behind"]
  return status === 200 && Array.isArray(behind) ? (behind as ReadonlyArray<BehindReplica>) : null
}

/** Waits until no replica is behind, several times in a row. */
export const awaitSync = async (api: Api): Promise<void> => {
  let calm = 0
  let last: ReadonlyArray<BehindReplica> | null = []
  const isCalm = async (): Promise<boolean> => {
    last = await readBehind(api)
    calm = last !== null && last.length === 0 ? calm + 1 : 0
    return calm >= calmRepeats
  }
  const circumstances = (): string =>
    last === null
      ? "GET /_miroir/shards does not answer"
      : `behind: ${JSON.stringify(last.slice(0, 5))} and so on, ${last.length} in all`
  await waitUntil("all replicas to be in sync", isCalm, { deadlineMs: syncDeadlineMs, intervalMs }, circumstances)
}

/** Waits until no node has work left: the task of a client may end before its last replica is done. */
export const awaitIdleNodes = async (nodes: ReadonlyArray<NodeProcess>): Promise<void> => {
  for (const node of nodes) {
    const api = openApi(node.url, null)
    const isIdle = async (): Promise<boolean> => {
      const { status, body } = await api.send("GET", "/tasks?statuses=enqueued,processing&limit=1")
      return status === 200 && body["total"] === 0
    }
    await waitUntil(`${node.id} to finish its tasks`, isIdle, { deadlineMs: syncDeadlineMs, intervalMs })
  }
  await pause(intervalMs)
}
