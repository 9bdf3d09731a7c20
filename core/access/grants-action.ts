import type { RequiredAction, SingleAction } from "#core/protocol/key-actions.ts"

/**
 * Whether a key with these `actions` holds `required`. `*` holds everything; `indexes.*` the actions of its group; `*.get` what only
 * reads. Editing documents needs the literal `documents.*`, which the engine stores for no key but one with `*`.
 */
export const grantsAction = (actions: ReadonlyArray<string>, required: RequiredAction): boolean =>
  actions.some((action) => grants(action, required))

const grants = (action: string, required: RequiredAction): boolean => {
  if (action === "*") return true
  if (action === "*.get") return readingActions.has(required)
  if (required === "documents.*") return false
  return action.endsWith(".*") ? required.startsWith(action.slice(0, -1)) : action === required
}

const readingActions: ReadonlySet<string> = new Set<SingleAction>([
  "search",
  "documents.get",
  "indexes.get",
  "tasks.get",
  "settings.get",
  "stats.get",
  "metrics.get",
  "version",
  "experimental.get",
  "export",
  "network.get",
  "chats.get",
  "chatsSettings.get",
  "webhooks.get",
  "fields.post",
  "dynamicSearchRules.get",
])
