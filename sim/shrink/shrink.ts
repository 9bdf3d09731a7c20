import { type Plan, type PlanItem, isFault } from "../plan/plan.ts"

/**
 * A smaller plan that still fails in the same way. Delta debugging: items are taken out in halves, quarters, and at last one by one, for as long as
 * that helps; then what is left is made simpler. `stillFails` is asked at most `triesMost` times.
 */
export const shrink = (plan: Plan, stillFails: (candidate: Plan) => boolean, triesMost = 600): Plan => {
  let best = plan
  let tries = 0
  const attempt = (candidate: Plan): boolean => {
    if (tries++ >= triesMost || !stillFails(candidate)) return false
    best = candidate
    return true
  }
  for (let isBetter = true; isBetter && tries < triesMost;) {
    isBetter = withoutItems(() => best, attempt)
    isBetter = simpler(() => best, attempt) || isBetter
  }
  return best
}

const withoutItems = (current: () => Plan, attempt: (candidate: Plan) => boolean): boolean => {
  let isBetter = false
  for (let size = Math.ceil(current().items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < current().items.length;) {
      const { fleet, items } = current()
      const candidate = { fleet, items: [...items.slice(0, from), ...items.slice(from + size)] }
      if (attempt(candidate)) isBetter = true
      else from += size
    }
  return isBetter
}

/** Calmer schedules, fewer shards, fewer documents, shorter faults. */
const simpler = (current: () => Plan, attempt: (candidate: Plan) => boolean): boolean => {
  let isBetter = false
  const { fleet } = current()
  for (const change of [
    { yieldPermille: 0 },
    { latencyMs: [1, 1] as const },
    { storeMs: [0, 0] as const },
    { taskMs: [1, 1] as const },
    { shards: 1 },
    { replicationFactor: 1 },
    { groups: 1 },
  ])
    if (
      Object.entries(change).some(
        ([name, value]) => JSON.stringify(fleet[name as keyof typeof fleet]) !== JSON.stringify(value),
      )
    )
      isBetter = attempt({ ...current(), fleet: { ...current().fleet, ...change } }) || isBetter
  for (let at = 0; at < current().items.length; at++)
    for (const variant of variantsOf(current().items[at]!))
      isBetter =
        attempt({ ...current(), items: current().items.map((item, place) => (place === at ? variant : item)) }) ||
        isBetter
  return isBetter
}

const variantsOf = (item: PlanItem): ReadonlyArray<PlanItem> => {
  if (isFault(item)) {
    const half = item.atMs + Math.floor((item.untilMs - item.atMs) / 2)
    const shorter = half > item.atMs + 1 ? [{ ...item, untilMs: half }] : []
    return item.permille === undefined || item.permille === 1000 ? shorter : [...shorter, { ...item, permille: 1000 }]
  }
  if ((item.do === "add" || item.do === "update") && item.documents.length > 1)
    return [
      { ...item, documents: item.documents.slice(0, item.documents.length >> 1) },
      { ...item, documents: item.documents.slice(item.documents.length >> 1) },
    ]
  return []
}
