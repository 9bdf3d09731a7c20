import type { HttpMethod } from "#core/protocol/http-message.ts"
import type { RequiredAction } from "#core/protocol/key-actions.ts"

/** What the table of routes says of one operation beside its handler. */
export interface RouteMeaning {
  /** What a key must be allowed; `none`: answered without a key; `master`: for the master key alone. */
  readonly action: RequiredAction | "none" | "master"
  /** `index`: the uid in the path is checked; `handler`: the handler leaves out what the key may not see; `global`: no index is concerned. */
  readonly scope: "index" | "handler" | "global"
  readonly class: RouteClass
  /** Why it is refused; null for everything else. */
  readonly reason: string | null
}

/**
 * Who answers. `fleet-routed`: the nodes of the shards that are concerned. `broadcast`: every node takes it.
 * `scatter-gather`: one replica of every shard, merged. `proxy`: what the proxy knows itself, or one node for all. `refused`: nobody.
 */
export type RouteClass = "fleet-routed" | "broadcast" | "scatter-gather" | "proxy" | "refused"

/** The meaning of an operation; one that is not listed is for the master key alone, so that forgetting it opens nothing. */
export const meaningOf = (method: HttpMethod, path: string): RouteMeaning =>
  meanings.get(`${method} ${withoutSetting(path)}`) ?? unlisted

/** Whether somebody has thought about it. */
export const isListed = (method: HttpMethod, path: string): boolean => meanings.has(`${method} ${withoutSetting(path)}`)

const unlisted: RouteMeaning = { action: "master", scope: "global", class: "proxy", reason: null }

/** By the beginning of the path. */
const reasons: ReadonlyArray<readonly [path: string, reason: string]> = [
  ["/tasks/{uid}/documents", "the proxy keeps no payloads, and those of the nodes are cut into shards"],
  ["/logs", "each node writes logs of its own; those of the proxy are on its standard error stream"],
  ["/chats", "a node lets the model search only what it holds itself"],
  ["/dynamic-search-rules", "a rule pins documents, and each node knows only its own"],
  ["/render-template", "a template may read any document, and each node knows only its own"],
  ["/indexes/{uid}/settings/foreign-keys", "documents of two indexes that belong together stand on different nodes"],
]

export const reasonFor = (path: string): string =>
  reasons.find(([beginning]) => path.startsWith(beginning))?.[1] ?? "one view of many nodes is not defined for it"

/** All settings mean the same: `/indexes/{uid}/settings/stop-words` → `/indexes/{uid}/settings/*`. */
const withoutSetting = (path: string): string => path.replace(/^(\/indexes\/\{uid\}\/settings)\/[a-z-]+$/, "$1/*")

const rows = `
GET     /                                      none                      global   proxy
GET     /health                                none                      global   proxy
GET     /version                               version                   global   proxy
GET     /stats                                 stats.get                 handler  scatter-gather
GET     /metrics                               metrics.get               handler  proxy

GET     /indexes                               indexes.get               handler  proxy
POST    /indexes                               indexes.create            handler  broadcast
GET     /indexes/{uid}                         indexes.get               index    proxy
PATCH   /indexes/{uid}                         indexes.update            index    broadcast
DELETE  /indexes/{uid}                         indexes.delete            index    broadcast
GET     /indexes/{uid}/stats                   stats.get                 index    scatter-gather
POST    /indexes/{uid}/compact                 indexes.compact           index    broadcast
POST    /indexes/{uid}/fields                  fields.post               index    scatter-gather
POST    /swap-indexes                          indexes.swap              handler  broadcast

GET     /indexes/{uid}/documents               documents.get             index    scatter-gather
POST    /indexes/{uid}/documents               documents.add             index    fleet-routed
PUT     /indexes/{uid}/documents               documents.add             index    fleet-routed
DELETE  /indexes/{uid}/documents               documents.delete          index    broadcast
POST    /indexes/{uid}/documents/fetch         documents.get             index    scatter-gather
POST    /indexes/{uid}/documents/delete-batch  documents.delete          index    fleet-routed
POST    /indexes/{uid}/documents/delete        documents.delete          index    broadcast
POST    /indexes/{uid}/documents/edit          documents.*               index    broadcast
GET     /indexes/{uid}/documents/{id}          documents.get             index    fleet-routed
DELETE  /indexes/{uid}/documents/{id}          documents.delete          index    fleet-routed

GET     /indexes/{uid}/search                  search                    index    scatter-gather
POST    /indexes/{uid}/search                  search                    index    scatter-gather
POST    /indexes/{uid}/facet-search            search                    index    scatter-gather
GET     /indexes/{uid}/similar                 search                    index    scatter-gather
POST    /indexes/{uid}/similar                 search                    index    scatter-gather
POST    /multi-search                          search                    handler  scatter-gather

GET     /indexes/{uid}/settings                settings.get              index    proxy
PATCH   /indexes/{uid}/settings                settings.update           index    broadcast
DELETE  /indexes/{uid}/settings                settings.update           index    broadcast
GET     /indexes/{uid}/settings/*              settings.get              index    proxy
PUT     /indexes/{uid}/settings/*              settings.update           index    broadcast
PATCH   /indexes/{uid}/settings/*              settings.update           index    broadcast
DELETE  /indexes/{uid}/settings/*              settings.update           index    broadcast

GET     /tasks                                 tasks.get                 handler  proxy
DELETE  /tasks                                 tasks.delete              handler  proxy
POST    /tasks/cancel                          tasks.cancel              handler  broadcast
GET     /tasks/{uid}                           tasks.get                 handler  proxy
GET     /tasks/{uid}/documents                 tasks.get                 handler  refused
GET     /batches                               tasks.get                 handler  proxy
GET     /batches/{uid}                         tasks.get                 handler  proxy

GET     /keys                                  keys.get                  global   proxy
POST    /keys                                  keys.create               global   proxy
GET     /keys/{uid}                            keys.get                  global   proxy
PATCH   /keys/{uid}                            keys.update               global   proxy
DELETE  /keys/{uid}                            keys.delete               global   proxy

POST    /dumps                                 dumps.create              global   scatter-gather
POST    /snapshots                             snapshots.create          global   broadcast
POST    /export                                export                    global   scatter-gather
GET     /experimental-features                 experimental.get          global   proxy
PATCH   /experimental-features                 experimental.update       global   broadcast
GET     /network                               network.get               global   proxy
PATCH   /network                               network.update            global   proxy
GET     /webhooks                              webhooks.get              global   proxy
POST    /webhooks                              webhooks.create           global   proxy
GET     /webhooks/{uid}                        webhooks.get              global   proxy
PATCH   /webhooks/{uid}                        webhooks.update           global   proxy
DELETE  /webhooks/{uid}                        webhooks.delete           global   proxy
POST    /logs/stream                           metrics.get               global   refused
DELETE  /logs/stream                           metrics.get               global   refused
POST    /logs/stderr                           metrics.get               global   refused
GET     /chats                                 chats.get                 global   proxy
GET     /chats/{uid}                           chats.get                 global   proxy
DELETE  /chats/{uid}                           chats.delete              global   broadcast
GET     /chats/{uid}/settings                  chatsSettings.get         global   proxy
PATCH   /chats/{uid}/settings                  chatsSettings.update      global   broadcast
DELETE  /chats/{uid}/settings                  chatsSettings.update      global   broadcast
POST    /chats/{uid}/chat/completions          chatCompletions           handler  refused
POST    /dynamic-search-rules                  dynamicSearchRules.get    global   refused
DELETE  /dynamic-search-rules                  dynamicSearchRules.delete global   refused
GET     /dynamic-search-rules/{uid}            dynamicSearchRules.get    global   refused
PATCH   /dynamic-search-rules/{uid}            dynamicSearchRules.update global   refused
DELETE  /dynamic-search-rules/{uid}            dynamicSearchRules.delete global   refused
POST    /render-template                       settings.get              handler  refused

GET     /_miroir/shards                        master                    global   proxy
`

const meanings: ReadonlyMap<string, RouteMeaning> = new Map(
  rows
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => {
      const [method, path, action, scope, routeClass] = row.split(/ +/)
      const reason = routeClass === "refused" ? reasonFor(path ?? "") : null
      const meaning = { action, scope, class: routeClass, reason } as RouteMeaning
      return [`${method} ${path}`, meaning] as const
    }),
)
