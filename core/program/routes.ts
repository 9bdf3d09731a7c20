import type { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { Store, StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse, HttpMethod } from "#core/protocol/http-message.ts"
import { settingsRoutes } from "#core/settings/settings-routes.ts"
import { createIndex, deleteIndex, updateIndex } from "./change-index.ts"
import { cancelTasks, deleteTasks } from "./change-tasks.ts"
import { compactIndex } from "./compact-index.ts"
import { changeSetting, patchSettings, resetSettings } from "./change-settings.ts"
import { clearDocuments, deleteBatch, deleteByFilter, deleteDocument } from "./delete-documents.ts"
import { facetSearch } from "./facet-search.ts"
import { createKey, deleteKey, getKey, listKeys, updateKey } from "./manage-keys.ts"
import { patchChatSettings, readChatSettings, resetChatSettings } from "./chat-settings.ts"
import { deleteWorkspace, patchWorkspace, readChats, resetWorkspace } from "./chat-workspaces.ts"
import { editDocuments } from "./edit-documents.ts"
import { patchFeatures, readFeatures } from "./experimental-features.ts"
import { patchNetwork, readNetwork } from "./manage-network.ts"
import { createWebhook, deleteWebhook, getWebhook, listWebhooks, patchWebhook } from "./manage-webhooks.ts"
import { multiSearch } from "./multi-search.ts"
import { readHealth, readRoot, readShards, readVersion } from "./read-cluster.ts"
import { listFields } from "./list-fields.ts"
import { getBatch, listBatches } from "./read-batches.ts"
import { readTaskDocuments } from "./read-task-documents.ts"
import { swapIndexes } from "./swap-indexes.ts"
import { getDocument, listDocuments } from "./read-documents.ts"
import { getIndex, listIndexes } from "./read-indexes.ts"
import { readMetrics } from "./read-metrics.ts"
import { readSettings } from "./read-settings.ts"
import { type RouteClass, type RouteMeaning, meaningOf, reasonFor } from "./route-meanings.ts"
import { readIndexStats, readStats } from "./read-stats.ts"
import { getTask, listTasks } from "./read-tasks.ts"
import { onlyWith, refusedWithout } from "./refuse-by-node.ts"
import { createDump, createSnapshots, startExport } from "./start-fleet-task.ts"
import { search } from "./search.ts"
import { similar } from "./similar.ts"
import type { ClusterServices } from "./start-cluster.ts"
import { writeDocuments } from "./write-documents.ts"

export type Handled = Effect.Effect<ApiResponse, StoreUnavailable | StoreConflict, ClusterServices | NodeClient | Store>

/** One operation of the API: everything that the proxy answers or refuses stands in `routes`. */
export interface Route {
  readonly method: HttpMethod
  /** `{name}` stands for one segment; its decoded text is handed to `handle` in order. */
  readonly path: string
  readonly action: RouteMeaning["action"]
  readonly scope: RouteMeaning["scope"]
  readonly class: RouteClass
  /** Why it is refused. */
  readonly reason: string | null
  /** null: known, but refused with `miroir_not_supported` and the reason. Of other refused routes a node says that they are turned off. */
  readonly handle: ((request: ApiRequest, ...parameters: ReadonlyArray<string>) => Handled) | null
}

const supported = (
  method: HttpMethod,
  path: string,
  handle: (request: ApiRequest, ...parameters: Array<string>) => Handled,
): Route => ({
  method,
  path,
  ...meaningOf(method, path),
  handle: (request, ...parameters) => handle(request, ...parameters),
})

const refused = (path: string, ...methods: ReadonlyArray<HttpMethod>): ReadonlyArray<Route> =>
  methods.map((method) => ({
    method,
    path,
    ...meaningOf(method, path),
    class: "refused",
    reason: reasonFor(path),
    handle: null,
  }))

const index = "/indexes/{uid}"
const chats = "chatCompletions"

export const routes: ReadonlyArray<Route> = [
  supported("GET", "/", readRoot),
  supported("GET", "/health", readHealth),
  supported("GET", "/version", readVersion),
  supported("GET", "/stats", readStats),
  supported("GET", "/indexes", listIndexes),
  supported("POST", "/indexes", createIndex),
  supported("GET", index, (request, uid = "") => getIndex(request, uid)),
  supported("PATCH", index, (request, uid = "") => updateIndex(request, uid)),
  supported("DELETE", index, (request, uid = "") => deleteIndex(request, uid)),
  supported("GET", `${index}/stats`, (request, uid = "") => readIndexStats(request, uid)),
  supported("GET", `${index}/documents`, (request, uid = "") => listDocuments(request, uid)),
  supported("POST", `${index}/documents`, (request, uid = "") => writeDocuments(request, uid)),
  supported("PUT", `${index}/documents`, (request, uid = "") => writeDocuments(request, uid)),
  supported("DELETE", `${index}/documents`, (request, uid = "") => clearDocuments(request, uid)),
  supported("POST", `${index}/documents/fetch`, (request, uid = "") => listDocuments(request, uid)),
  supported("POST", `${index}/documents/delete-batch`, (request, uid = "") => deleteBatch(request, uid)),
  supported("POST", `${index}/documents/delete`, (request, uid = "") => deleteByFilter(request, uid)),
  supported("GET", `${index}/documents/{id}`, (request, uid = "", id = "") => getDocument(request, uid, id)),
  supported("DELETE", `${index}/documents/{id}`, (request, uid = "", id = "") => deleteDocument(request, uid, id)),
  supported("GET", `${index}/search`, (request, uid = "") => search(request, uid)),
  supported("POST", `${index}/search`, (request, uid = "") => search(request, uid)),
  supported("POST", `${index}/facet-search`, (request, uid = "") => facetSearch(request, uid)),
  supported("GET", `${index}/similar`, (request, uid = "") => similar(request, uid)),
  supported("POST", `${index}/similar`, (request, uid = "") => similar(request, uid)),
  supported("POST", "/multi-search", multiSearch),
  supported("GET", `${index}/settings`, (request, uid = "") => readSettings(request, uid, null)),
  supported("PATCH", `${index}/settings`, (request, uid = "") => patchSettings(request, uid)),
  supported("DELETE", `${index}/settings`, (request, uid = "") => resetSettings(request, uid)),
  ...Object.entries(settingsRoutes).flatMap(([route, { verb }]) => [
    supported("GET", `${index}/settings/${route}`, (request, uid = "") => readSettings(request, uid, route)),
    supported(verb, `${index}/settings/${route}`, (request, uid = "") => changeSetting(request, uid, route)),
    supported("DELETE", `${index}/settings/${route}`, (request, uid = "") => changeSetting(request, uid, route)),
  ]),
  supported("GET", "/tasks", listTasks),
  supported("DELETE", "/tasks", (request) => deleteTasks(request)),
  supported("POST", "/tasks/cancel", (request) => cancelTasks(request)),
  supported("GET", "/tasks/{uid}", (request, uid = "") => getTask(request, uid)),
  supported("GET", "/tasks/{uid}/documents", (request, uid = "") => readTaskDocuments(request, uid)),
  supported("GET", "/batches", (request) => listBatches(request)),
  supported("GET", "/batches/{uid}", (request, uid = "") => getBatch(request, uid)),
  supported("POST", "/swap-indexes", swapIndexes),
  supported("POST", `${index}/compact`, (request, uid = "") => compactIndex(request, uid)),
  supported("POST", `${index}/fields`, (request, uid = "") => listFields(request, uid)),
  supported("GET", "/keys", listKeys),
  supported("POST", "/keys", createKey),
  supported("GET", "/keys/{uid}", (request, uid = "") => getKey(request, uid)),
  supported("PATCH", "/keys/{uid}", (request, uid = "") => updateKey(request, uid)),
  supported("DELETE", "/keys/{uid}", (request, uid = "") => deleteKey(request, uid)),
  supported("GET", "/_miroir/shards", readShards),

  supported("GET", "/metrics", readMetrics),
  supported("POST", `${index}/documents/edit`, (request, uid = "") => editDocuments(request, uid)),
  supported("GET", `${index}/settings/chat`, (request, uid = "") => readChatSettings(request, uid)),
  supported("PATCH", `${index}/settings/chat`, (request, uid = "") => patchChatSettings(request, uid)),
  supported("DELETE", `${index}/settings/chat`, (request, uid = "") => resetChatSettings(request, uid)),
  ...refused(`${index}/settings/foreign-keys`, "GET", "PUT", "DELETE"),
  supported("POST", "/dumps", createDump),
  supported("POST", "/snapshots", createSnapshots),
  supported("POST", "/export", startExport),
  supported("GET", "/experimental-features", readFeatures),
  supported("PATCH", "/experimental-features", patchFeatures),
  supported("GET", "/network", onlyWith("network", readNetwork)),
  supported("PATCH", "/network", onlyWith("network", patchNetwork)),
  supported("GET", "/webhooks", listWebhooks),
  supported("POST", "/webhooks", createWebhook),
  supported("GET", "/webhooks/{uid}", (request, uid = "") => getWebhook(request, uid)),
  supported("PATCH", "/webhooks/{uid}", (request, uid = "") => patchWebhook(request, uid)),
  supported("DELETE", "/webhooks/{uid}", (request, uid = "") => deleteWebhook(request, uid)),
  supported("POST", "/logs/stream", refusedWithout("logsRoute")),
  supported("DELETE", "/logs/stream", refusedWithout("logsRoute")),
  supported("POST", "/logs/stderr", refusedWithout("logsRoute")),
  supported("GET", "/chats", onlyWith(chats, readChats)),
  supported("GET", "/chats/{uid}", onlyWith(chats, readChats)),
  supported(
    "DELETE",
    "/chats/{uid}",
    onlyWith(chats, (request, uid = "") => deleteWorkspace(request, uid)),
  ),
  supported("GET", "/chats/{uid}/settings", onlyWith(chats, readChats)),
  supported(
    "PATCH",
    "/chats/{uid}/settings",
    onlyWith(chats, (request, uid = "") => patchWorkspace(request, uid)),
  ),
  supported(
    "DELETE",
    "/chats/{uid}/settings",
    onlyWith(chats, (request, uid = "") => resetWorkspace(request, uid)),
  ),
  supported("POST", "/chats/{uid}/chat/completions", refusedWithout(chats)),
  supported("POST", "/dynamic-search-rules", refusedWithout("dynamicSearchRules")),
  supported("DELETE", "/dynamic-search-rules", refusedWithout("dynamicSearchRules")),
  supported("GET", "/dynamic-search-rules/{uid}", refusedWithout("dynamicSearchRules")),
  supported("PATCH", "/dynamic-search-rules/{uid}", refusedWithout("dynamicSearchRules")),
  supported("DELETE", "/dynamic-search-rules/{uid}", refusedWithout("dynamicSearchRules")),
  supported("POST", "/render-template", refusedWithout("renderRoute")),
]
