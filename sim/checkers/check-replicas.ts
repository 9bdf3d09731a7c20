import type { StoredState } from "#core/ports/store.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import { nodesOfPlacement, shardsOnNode } from "#core/topology/topology.ts"
import { allDocuments } from "../model/model-index.ts"
import { answerModelNode } from "../model/model-node.ts"
import { printRaw } from "../model/raw-json.ts"
import { remainingOf } from "../world/remaining.ts"
import { shardsOutOfReach } from "../world/rest.ts"
import { type Failure, broken } from "../world/verdict.ts"
import type { World } from "../world/world.ts"
import { stateText } from "./document-states.ts"

/** `replicas-converge`: once nothing is known to be missing, nothing is: all replicas of a shard that are left hold the same documents under the same settings. */
export const checkReplicas = (world: World, stored: StoredState): Failure | null => {
  const { nodes } = remainingOf(world)
  const outOfReach = shardsOutOfReach(stored, nodes)
  for (const { physicalUid, placement, shardCount, visible, deletedBy } of stored.indexes) {
    // One that is being deleted is gone from some nodes already; only a node that is gone for good can keep that from its end.
    if (!visible || deletedBy !== null) continue
    const nodeIds = nodesOfPlacement(placement).filter((nodeId) => nodes.has(nodeId))
    const replicas = Array.from({ length: shardCount }, () => new Map<string, Map<string, string>>())
    for (const nodeId of nodeIds)
      for (const shard of shardsOnNode(placement, nodeId)) replicas[shard]?.set(nodeId, new Map())
    for (const nodeId of nodeIds)
      for (const [id, text] of documentsOf(world, nodeId, physicalUid)) {
        const ofNode = replicas[shardOf(id, shardCount)]?.get(nodeId)
        if (ofNode === undefined)
          return broken("replicas-converge", `${nodeId} holds ${id} of ${physicalUid}, which is not its own`)
        ofNode.set(id, text)
      }
    for (const [shard, ofShard] of replicas.entries()) {
      if (outOfReach.has(`${physicalUid} ${shard}`)) continue
      const [first, ...others] = [...ofShard]
      for (const other of others) {
        const difference = first === undefined ? null : differenceOf(first, other)
        if (difference !== null) return broken("replicas-converge", `shard ${shard} of ${physicalUid}: ${difference}`)
      }
    }
    const settings = nodeIds.map((nodeId) => settingsOf(world, nodeId, physicalUid))
    const odd = settings.findIndex((text) => text !== settings[0])
    if (odd !== -1)
      return broken(
        "replicas-converge",
        `${physicalUid} has other settings on ${nodeIds[odd]} than on ${nodeIds[0]}`,
        settings[odd] ?? "",
        settings[0] ?? "",
      )
  }
  return null
}

type Replica = readonly [nodeId: string, documents: ReadonlyMap<string, string>]

const differenceOf = ([oneId, one]: Replica, [otherId, other]: Replica): string | null => {
  for (const id of new Set([...one.keys(), ...other.keys()]))
    if (one.get(id) !== other.get(id))
      return `${id} is ${one.get(id) ?? "absent"} on ${oneId} and ${other.get(id) ?? "absent"} on ${otherId}`
  return null
}

export const documentsOf = (
  world: World,
  nodeId: string,
  physicalUid: string,
): ReadonlyArray<readonly [string, string]> => {
  const index = world.nodes.get(nodeId)?.disk.indexes.get(physicalUid)
  if (index === undefined) return []
  return allDocuments(index).map(({ id, content }) => [id, stateText(JSON.parse(printRaw(content)))])
}

const settingsOf = (world: World, nodeId: string, physicalUid: string): string => {
  const request = {
    method: "GET",
    path: `/indexes/${physicalUid}/settings`,
    body: null,
    contentType: null,
    authorization: null,
  }
  const { body } = answerModelNode(world.nodes.get(nodeId)!.disk, request, 0)
  const settings: unknown = JSON.parse(body)
  return isJsonObject(settings) ? stateText(settings) : body
}
