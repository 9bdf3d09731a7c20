import type { JsonObject } from "#core/prelude/json.ts"
import type { Placement } from "#core/topology/topology.ts"

/**
 * One life of an index. Deleting an index and creating it again makes a second record with another physical uid,
 * so a node that slept through the deletion cannot contribute documents of the first life.
 */
export interface IndexRecord {
  /** Name on the nodes: `<uid>__<version of the write that created it>`. It never reaches a client. */
  readonly physicalUid: string
  /** Name that clients use. */
  readonly uid: string
  /** Name that writers use already, once a rename or a swap was accepted: readers follow when it has ended. */
  readonly writtenUid?: string
  readonly primaryKey: string | null
  readonly shardCount: number
  readonly placement: Placement
  /** What clients have set and not reset, merged, in Meilisearch's own words; without hidden attributes. */
  readonly settings: JsonObject
  /** Grows by one with each change of `settings` that was applied. */
  readonly settingsVersion: number
  /** False until the write that created it was applied: readers see only visible indexes. */
  readonly visible: boolean
  /** Task uid of the deletion that has been accepted but not applied yet; writers no longer see such a record. */
  readonly deletedBy: number | null
  /** Milliseconds since 1970. */
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Grows by one with each change of this record; the store refuses a change that is based on an older one. */
  readonly revision: number
}
