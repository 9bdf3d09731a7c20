import { refuse, refuseUnsupported } from "./refusal.ts"
import { json, type Route } from "./route.ts"

const unsupported = (path: string, methods: ReadonlyArray<string>, what: string): Route => ({
  path,
  answer: Object.fromEntries(methods.map((method) => [method, () => refuseUnsupported(what)])),
})

const features = [
  "metrics",
  "logsRoute",
  "editDocumentsByFunction",
  "containsFilter",
  "network",
  "getTaskDocumentsRoute",
  "compositeEmbedders",
  "chatCompletions",
  "multimodal",
  "vectorStoreSetting",
]

const keysNeedMasterKey: Route["answer"][string] = ({ node }) =>
  node.masterKey === null
    ? refuse(
        "missing_master_key",
        "Meilisearch is running without a master key. To access this API endpoint, you must have set a master key at launch.",
      )
    : refuseUnsupported("API keys")

/** Routes that the engine has and the model only knows by name. */
export const unsupportedRoutes: ReadonlyArray<Route> = [
  {
    path: "/experimental-features",
    answer: {
      GET: () => json(Object.fromEntries(features.map((name) => [name, false]))),
      PATCH: () => refuseUnsupported("experimental features"),
    },
  },
  { path: "/keys", answer: { GET: keysNeedMasterKey, POST: keysNeedMasterKey } },
  { path: "/keys/*", answer: { GET: keysNeedMasterKey, PATCH: keysNeedMasterKey, DELETE: keysNeedMasterKey } },
  unsupported("/indexes/*/facet-search", ["POST"], "facet search"),
  unsupported("/indexes/*/similar", ["GET", "POST"], "similar documents"),
  unsupported("/indexes/*/settings/vector-store", ["GET", "PATCH", "DELETE"], "a choice of vector store"),
  unsupported("/batches", ["GET"], "batches"),
  unsupported("/batches/*", ["GET"], "batches"),
  unsupported("/dumps", ["POST"], "dumps"),
  unsupported("/snapshots", ["POST"], "snapshots"),
  unsupported("/export", ["POST"], "exports"),
  unsupported("/metrics", ["GET"], "metrics"),
  unsupported("/network", ["GET", "PATCH"], "networks"),
  unsupported("/chats", ["GET"], "chats"),
  unsupported("/chats/*", ["GET", "DELETE"], "chats"),
  unsupported("/chats/*/settings", ["GET", "PATCH", "DELETE"], "chats"),
]
