import type { JsonObject } from "#core/prelude/json.ts"
import { formatInstant } from "#core/prelude/iso-time.ts"
import { apiKeyKind } from "./api-keys.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"

/** API keys as lines of a dump: members in snake case, and not the texts that clients send, which follow from the master key. */
export const keysInDump = (state: ClusterState): ReadonlyArray<JsonObject> =>
  [...recordsOf(state, apiKeyKind).values()].map(({ value }) => ({
    description: value["description"] ?? null,
    name: value["name"] ?? null,
    uid: value["uid"],
    actions: value["actions"],
    indexes: value["indexes"],
    expires_at: momentOf(value["expiresAtMs"]),
    created_at: momentOf(value["createdAtMs"]),
    updated_at: momentOf(value["updatedAtMs"]),
  }))

const momentOf = (ms: unknown): string | null => (typeof ms === "number" ? formatInstant(ms) : null)
