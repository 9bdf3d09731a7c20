import { keyActionsBefore150, keyActionsSince150 } from "./key-actions.ts"

/** What differs between the versions of Meilisearch that a fleet may run. Decided by `GET /version`, never by guessing. */
export interface EngineCapabilities {
  /** Settings that a task of `DELETE /settings` lists although no route of ours changes them. */
  readonly listedResets: ReadonlyArray<string>
  /** Whether a federated search has pages and distinct values, and stays within the `maxTotalHits` of each index. */
  readonly hasFederatedPages: boolean
  /** Members of `PATCH /network`; null where they were never compared with an engine. */
  readonly networkFields: ReadonlyArray<string> | null
  /** Whether `GET /webhooks` hides most of the value of an `Authorization` header. */
  readonly masksWebhookSecrets: boolean
  /** Whether `/indexes/{uid}/fields` and `/indexes/{uid}/compact` exist. */
  readonly hasMaintenanceRoutes: boolean
  /** Paths that do not exist there: whatever the method, the answer is that of an unknown path. */
  readonly absentPaths: ReadonlyArray<string>
  /** Whether statistics take `sizeFormat` and `showInternalDatabaseSizes`; older engines ignore every parameter there. */
  readonly hasStatsParameters: boolean
  /** Whether a swap of `a` and `b` makes all earlier tasks of `a` tasks of `b`, but none of `b` tasks of `a`. */
  readonly swapsMoveHistoryOneWay: boolean
  /** What may stand among the actions of an API key, in the order of the message about others. */
  readonly keyActions: ReadonlyArray<string>
  /** Whether a key for some indexes only is kept from what concerns the whole server. */
  readonly limitsScopedKeys: boolean
}

/** Measured on v1.21.0. */
const olderThan150: EngineCapabilities = {
  listedResets: ["chat", "vectorStore"],
  networkFields: ["remotes", "self", "sharding"],
  masksWebhookSecrets: false,
  hasFederatedPages: false,
  hasMaintenanceRoutes: false,
  absentPaths: [
    "/indexes/{uid}/fields",
    "/indexes/{uid}/compact",
    "/indexes/{uid}/settings/foreign-keys",
    "/render-template",
    "/dynamic-search-rules",
    "/dynamic-search-rules/{uid}",
  ],
  hasStatsParameters: false,
  swapsMoveHistoryOneWay: true,
  keyActions: keyActionsBefore150,
  limitsScopedKeys: false,
}
/** Read in the source of v1.50.0. */
const since150: EngineCapabilities = {
  listedResets: ["foreignKeys", "chat"],
  networkFields: null,
  masksWebhookSecrets: true,
  hasFederatedPages: true,
  hasMaintenanceRoutes: true,
  absentPaths: [],
  hasStatsParameters: true,
  swapsMoveHistoryOneWay: false,
  keyActions: keyActionsSince150,
  limitsScopedKeys: true,
}

/** `version`: `pkgVersion` of a node, such as `1.21.0`; null while no node has answered. */
export const engineCapabilities = (version: string | null): EngineCapabilities => {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number)
  return major > 1 || (major === 1 && minor >= 50) ? since150 : olderThan150
}
