import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import type { Webhook } from "#core/protocol/webhook.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"

/** Kind of the cluster records that hold webhooks; the key is the uuid. */
export const webhookKind = "webhook"

/** In the order of their uuids. */
export const webhooksIn = (state: ClusterState): ReadonlyArray<Webhook> =>
  [...recordsOf(state, webhookKind).values()]
    .map(({ key, value }) => webhookOf(key, value))
    .sort((a, b) => (a.uuid < b.uuid ? -1 : 1))

export const webhookOf = (uuid: string, { url, headers }: JsonObject): Webhook => ({
  uuid,
  url: typeof url === "string" ? url : "",
  headers: Object.fromEntries(
    Object.entries((isJsonObject(headers) ? headers : {}) as Record<string, Json>).flatMap(([name, text]) =>
      typeof text === "string" ? [[name, text]] : [],
    ),
  ),
})
