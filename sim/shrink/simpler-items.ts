import type { JsonObject } from "#core/prelude/json.ts"
import { type ClientItem, type FaultItem, type PlanDocument, type PlanItem, isFault } from "../plan/plan.ts"

/** What the item could be instead so that less happens, the simplest first. Each is smaller than the item, so that shrinking ends. */
export const simplerItems = (item: PlanItem): ReadonlyArray<PlanItem> =>
  isFault(item) ? simplerFaults(item) : simplerActions(item)

/** Shorter, and always instead of sometimes. */
const simplerFaults = (item: FaultItem): ReadonlyArray<FaultItem> => {
  const half = item.atMs + Math.floor((item.untilMs - item.atMs) / 2)
  const shorter = half > item.atMs + 1 ? [{ ...item, untilMs: half }] : []
  return item.permille === undefined || item.permille === 1000 ? shorter : [...shorter, { ...item, permille: 1000 }]
}

const simplerActions = (item: ClientItem): ReadonlyArray<ClientItem> => {
  switch (item.do) {
    case "add":
    case "update":
      return item.documents.length > 1
        ? parts(item.documents).map((documents) => ({ ...item, documents }))
        : withoutMembers(item.documents[0]!, ["id", "n"]).map((one) => ({ ...item, documents: [one as PlanDocument] }))
    case "delete-batch":
      return item.ids.length > 1 ? parts(item.ids).map((ids) => ({ ...item, ids })) : []
    case "settings":
      return Object.keys(item.patch).length > 1
        ? withoutMembers(item.patch, []).map((patch) => ({ ...item, patch }))
        : []
    case "search":
      return withoutMembers(item.body, ["q", "limit"]).map((body) => ({ ...item, body }))
    default:
      return []
  }
}

/** Its two halves. */
const parts = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const middle = items.length >> 1
  return [items.slice(0, middle), items.slice(middle)]
}

/** The object without one of its members, for each that may go. */
const withoutMembers = (value: JsonObject, kept: ReadonlyArray<string>): ReadonlyArray<JsonObject> =>
  Object.keys(value)
    .filter((name) => !kept.includes(name))
    .map((name) => Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)))
