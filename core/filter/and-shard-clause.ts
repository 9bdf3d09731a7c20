import type { Json } from "#core/prelude/json.ts"
import { shardClause } from "#core/protocol/hidden-fields.ts"

/**
 * The client's filter, and in addition only documents of these shards. Filters are fused as members of an array, never
 * as text: text that a client writes could close a parenthesis, or be a mistake that the node should point at.
 * `"a = 1 OR b = 2"` and shards 3, 4 → `["a = 1 OR b = 2", "_miroir_shard IN […]"]`
 */
export const andShardClause = (filter: Json | undefined, shards: ReadonlyArray<number>): Json =>
  fuseFilters(filter, shardClause(shards))

/**
 * A filter that keeps what both keep. Either may be absent, null, a string, or an array in Meilisearch's form; another
 * type cannot be fused and is passed on as a member, so that the node refuses it.
 */
export const fuseFilters = (first: Json | undefined, second: Json | undefined): Json => {
  const members = [...membersOf(first), ...membersOf(second)]
  const [only] = members
  if (only === undefined) return null
  return members.length === 1 && typeof only === "string" ? only : members
}

const membersOf = (filter: Json | undefined): ReadonlyArray<Json> => {
  if (filter === undefined || filter === null || filter === "") return []
  return Array.isArray(filter) ? filter : [filter]
}
