import type { StoredState } from "#core/ports/store.ts"
import { isPhysicalUid } from "#core/catalogue/new-index.ts"
import { remainingOf } from "../world/remaining.ts"
import { type Failure, broken } from "../world/verdict.ts"
import type { World } from "../world/world.ts"

/** `deleted-stays-deleted` on the disks: at rest, no node that is left holds an index that the catalogue does not know. */
export const checkLeftovers = (world: World, stored: StoredState): Failure | null => {
  const known = new Set(stored.indexes.map(({ physicalUid }) => physicalUid))
  for (const nodeId of remainingOf(world).nodes)
    for (const uid of world.nodes.get(nodeId)?.disk.indexes.keys() ?? [])
      if (isPhysicalUid(uid) && !known.has(uid))
        return broken("deleted-stays-deleted", `${nodeId} still holds ${uid}, which the catalogue does not know`)
  return null
}
