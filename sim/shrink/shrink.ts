import { type FleetPlan, type Plan, isFault } from "../plan/plan.ts"
import { isPlanItem } from "../plan/check-item.ts"
import { printPlan } from "../plan/print-plan.ts"
import { simplerItems } from "./simpler-items.ts"

/** Runs of candidates; a plan of a hundred items needs about 150. */
const triesAtMost = 600

/** Takes the candidate for the best plan so far if it still fails. */
type Attempt = (candidate: Plan) => boolean

/**
 * A smaller plan that still fails in the same way. Delta debugging: items are taken out in halves, quarters, and at last one by one. The fleet, the
 * times, and what is left of the items are made simpler, too, which may make more items superfluous: all over again, until nothing helps.
 */
export const shrink = (plan: Plan, stillFails: (candidate: Plan) => boolean, triesMost = triesAtMost): Plan => {
  let best = plan
  const tried = new Set<string>()
  const attempt: Attempt = (candidate) => {
    // A smaller fleet may lack what an item names.
    if (!candidate.items.every((item) => isPlanItem(item, candidate.fleet))) return false
    const text = printPlan(candidate)
    // The last round would otherwise repeat, run by run, what has not helped before.
    if (tried.has(text) || tried.size >= triesMost) return false
    tried.add(text)
    if (!stillFails(candidate)) return false
    best = candidate
    return true
  }
  const current = (): Plan => best
  for (let isBetter = true; isBetter && tried.size < triesMost;) {
    // A small fleet and a short time first: they make every run that follows cheaper.
    isBetter = withSimplerFleet(current, attempt)
    isBetter = withoutItems(current, attempt) || isBetter
    isBetter = fromTheStart(current, attempt) || isBetter
    isBetter = withSimplerItems(current, attempt) || isBetter
  }
  return best
}

const withoutItems = (current: () => Plan, attempt: Attempt): boolean => {
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

/** In this order: of each member the first value that still fails stays. */
const simplerFleet: { readonly [Member in keyof FleetPlan]?: ReadonlyArray<FleetPlan[Member]> } = {
  proxies: [1, 2],
  clocks: [[]],
  yieldPermille: [0],
  latencyMs: [[1, 1]],
  storeMs: [[0, 0]],
  taskMs: [[1, 1]],
  groups: [1],
  replicationFactor: [1, 2],
  shards: [1, 3],
  nodes: [1, 2, 3, 4],
}

const withSimplerFleet = (current: () => Plan, attempt: Attempt): boolean => {
  let isBetter = false
  for (const [member, values] of Object.entries(simplerFleet))
    for (const value of values) {
      const { fleet, items } = current()
      // What comes after the value that stands there is not simpler.
      if (JSON.stringify(fleet[member as keyof FleetPlan]) === JSON.stringify(value)) break
      if (typeof value === "number" && value >= Number(fleet[member as keyof FleetPlan])) break
      if (!attempt({ fleet: { ...fleet, [member]: value }, items })) continue
      isBetter = true
      break
    }
  return isBetter
}

const withSimplerItems = (current: () => Plan, attempt: Attempt): boolean => {
  let isBetter = false
  for (let at = 0; at < current().items.length; at++)
    for (let isSimpler = true; isSimpler;) {
      const { fleet, items } = current()
      isSimpler = simplerItems(items[at]!).some((simpler) => attempt({ fleet, items: items.with(at, simpler) }))
      isBetter ||= isSimpler
    }
  return isBetter
}

/** A person reads a plan that begins at once more easily than one in which nothing happens for a while. */
const fromTheStart = (current: () => Plan, attempt: Attempt): boolean => {
  const { fleet, items } = current()
  const earlierMs = Math.min(...items.map(({ atMs }) => atMs)) - firstMs
  if (earlierMs <= 0) return false
  const moved = items.map((item) =>
    isFault(item)
      ? { ...item, atMs: item.atMs - earlierMs, untilMs: item.untilMs - earlierMs }
      : { ...item, atMs: item.atMs - earlierMs },
  )
  return attempt({ fleet, items: moved })
}

/** The proxy has verified its nodes by then. */
const firstMs = 1_000
