import { encodeShard, shardClause, shardField } from "#core/protocol/hidden-fields.ts"
import type { NodeProcess } from "../node-process.ts"
import { openApi } from "./api.ts"
import { canonicalText } from "./known-documents.ts"

/** Document id → canonical text of the whole document, hidden fields included. */
export type ReplicaContents = ReadonlyMap<string, string>

/** What one node holds of one shard of one physical index. */
export interface Replica {
  readonly index: string
  readonly shard: number
  readonly node: string
  readonly contents: ReplicaContents
}

/** More documents than any scenario writes into one shard. */
const documentsMax = 100_000

/** Physical indexes are named `<uid>__<number>`; others on a node are the proxy's own. */
const physicalName = /^(.+)__\d+$/

/** Asks the nodes themselves, past the proxy: all physical indexes, shard by shard. */
export const readReplicas = async (
  nodes: ReadonlyArray<NodeProcess>,
  shardCount: number,
): Promise<{ readonly replicas: ReadonlyArray<Replica>; readonly violations: ReadonlyArray<string> }> => {
  const replicas: Replica[] = []
  const violations: string[] = []
  for (const node of nodes) {
    try {
      const ofNode = await readNode(node, shardCount)
      replicas.push(...ofNode.replicas)
      violations.push(...ofNode.violations)
    } catch (error) {
      violations.push(`the replicas of ${node.id} cannot be read: ${(error as Error).message}`)
    }
  }
  return { replicas, violations }
}

const readNode = async (node: NodeProcess, shardCount: number) => {
  const replicas: Replica[] = []
  const violations: string[] = []
  for (const index of await listPhysicalIndexes(node)) {
    let inShards = 0
    for (let shard = 0; shard < shardCount; shard++) {
      const contents = await readShard(node, index, shard)
      inShards += contents.size
      replicas.push({ index, shard, node: node.id, contents })
    }
    const total = await countDocuments(node, index)
    if (total !== inShards) {
      violations.push(`${node.id} holds ${total} documents of ${index}, but its ${shardCount} shards have ${inShards}`)
    }
  }
  return { replicas, violations }
}

/**
 * The placement is not asked for: a shard that has documents must have them on exactly `replicasPerShard` nodes, the same on
 * each. So an empty replica, a forgotten one and a leftover are all seen.
 */
export const compareReplicas = (replicas: ReadonlyArray<Replica>, replicasPerShard: number): ReadonlyArray<string> => {
  const violations: string[] = []
  for (const [name, ofShard] of Map.groupBy(replicas, ({ index, shard }) => `${index} shard ${shard}`)) {
    const filled = ofShard.filter(({ contents }) => contents.size > 0)
    if (filled.length === 0) continue
    if (filled.length !== replicasPerShard) {
      const sizes = ofShard.map(({ node, contents }) => `${node}: ${contents.size}`).join(", ")
      violations.push(`${name} has documents on ${filled.length} nodes instead of ${replicasPerShard} (${sizes})`)
    }
    const [first, ...others] = filled
    for (const other of others) violations.push(...compareTwo(name, first as Replica, other))
  }
  return violations
}

const compareTwo = (name: string, left: Replica, right: Replica): ReadonlyArray<string> => {
  const violations: string[] = []
  for (const id of new Set([...left.contents.keys(), ...right.contents.keys()])) {
    const [here, there] = [left.contents.get(id) ?? "absent", right.contents.get(id) ?? "absent"]
    if (here !== there) violations.push(`${name}, document ${id}: ${left.node} has ${here}, ${right.node} has ${there}`)
  }
  return violations
}

const listPhysicalIndexes = async (node: NodeProcess): Promise<ReadonlyArray<string>> => {
  const body = await ask(node, "GET", "/indexes?limit=1000")
  return (body["results"] as ReadonlyArray<{ uid: string }>)
    .map(({ uid }) => uid)
    .filter((uid) => physicalName.test(uid))
}

const readShard = async (node: NodeProcess, index: string, shard: number): Promise<ReplicaContents> => {
  const request = { filter: shardClause([shard]), limit: documentsMax }
  const body = await ask(node, "POST", `/indexes/${index}/documents/fetch`, request)
  const documents = body["results"] as ReadonlyArray<Readonly<Record<string, unknown>>>
  for (const document of documents) {
    if (document[shardField] !== encodeShard(shard)) {
      throw new Error(`${node.id} answers for shard ${shard} with ${JSON.stringify(document)}`)
    }
  }
  return new Map(documents.map((document) => [String(document["id"]), canonicalText(document)]))
}

const countDocuments = async (node: NodeProcess, index: string): Promise<number> =>
  Number((await ask(node, "POST", `/indexes/${index}/documents/fetch`, { limit: 0 }))["total"])

const ask = async (node: NodeProcess, method: "GET" | "POST", path: string, request?: unknown) => {
  const { status, body } = await openApi(node.url, null).send(method, path, request)
  if (status !== 200) throw new Error(`${node.id} answers ${status} to ${method} ${path}: ${JSON.stringify(body)}`)
  return body
}
