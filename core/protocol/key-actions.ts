/** Actions that stand for one right each, with Meilisearch's names (v1.50). */
export type SingleAction =
  | "search"
  | `documents.${"add" | "get" | "delete"}`
  | `indexes.${"create" | "get" | "update" | "delete" | "swap" | "compact"}`
  | `tasks.${"cancel" | "delete" | "get" | "compact"}`
  | `settings.${"get" | "update"}`
  | "stats.get"
  | "metrics.get"
  | "dumps.create"
  | "snapshots.create"
  | "version"
  | `keys.${"create" | "get" | "update" | "delete"}`
  | `experimental.${"get" | "update"}`
  | "export"
  | `network.${"get" | "update"}`
  | "chatCompletions"
  | `chats.${"get" | "delete"}`
  | `chatsSettings.${"get" | "update"}`
  | `webhooks.${"get" | "update" | "delete" | "create"}`
  | "fields.post"
  | `dynamicSearchRules.${"get" | "create" | "update" | "delete"}`

/** What a route asks of a key. Editing documents asks for the group itself: a list of its members is not enough. */
export type RequiredAction = SingleAction | "documents.*"

/** What may stand among the `actions` of a key, in the order of the engine's message. Tried on v1.21.0. */
export const keyActionsBefore150: ReadonlyArray<string> = (
  "* search documents.* documents.add documents.get documents.delete indexes.* indexes.create indexes.get indexes.update " +
  "indexes.delete indexes.swap tasks.* tasks.cancel tasks.delete tasks.get settings.* settings.get settings.update stats.* " +
  "stats.get metrics.* metrics.get dumps.* dumps.create snapshots.* snapshots.create version keys.create keys.get " +
  "keys.update keys.delete experimental.get experimental.update export network.get network.update chatCompletions chats.* " +
  "chats.get chats.delete chatsSettings.* chatsSettings.get chatsSettings.update *.get webhooks.get webhooks.update " +
  "webhooks.delete webhooks.create webhooks.*"
).split(" ")

/** The same in v1.50. */
export const keyActionsSince150: ReadonlyArray<string> = (
  "* search documents.* documents.add documents.get documents.delete indexes.* indexes.create indexes.get indexes.update " +
  "indexes.delete indexes.swap indexes.compact tasks.* tasks.cancel tasks.delete tasks.get tasks.compact settings.* " +
  "settings.get settings.update stats.* stats.get metrics.* metrics.get dumps.* dumps.create snapshots.* snapshots.create " +
  "version keys.create keys.get keys.update keys.delete experimental.get experimental.update export network.get " +
  "network.update chatCompletions chats.* chats.get chats.delete chatsSettings.* chatsSettings.get chatsSettings.update " +
  "webhooks.* webhooks.get webhooks.update webhooks.delete webhooks.create fields.post dynamicSearchRules.* " +
  "dynamicSearchRules.get dynamicSearchRules.create dynamicSearchRules.update dynamicSearchRules.delete *.get"
).split(" ")
