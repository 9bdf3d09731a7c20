import { isJsonObject } from "#core/prelude/json.ts"
import { type FleetPlan, type PlanItem, clientActions, nodeFaults, proxyFaults, storeFaults } from "./plan.ts"

/** What is wrong with a line that somebody wrote into a plan; null when nothing is. */
export const mistakeOf = (item: unknown, fleet: FleetPlan): string | null => {
  if (!isJsonObject(item)) return "it is no object"
  if (!isTime(item["atMs"])) return "`atMs` must be a whole number of milliseconds since the start"
  if ("fault" in item) return mistakeOfFault(item, fleet)
  if (!isOneOf(clientActions, item["do"])) return `\`do\` must be one of ${clientActions.join(", ")}`
  if (typeof item["client"] !== "string") return "`client` must be a name"
  return item["do"] === "tasks" || typeof item["index"] === "string" ? null : "`index` must be the uid of an index"
}

export const isPlanItem = (item: unknown, fleet: FleetPlan): item is PlanItem => mistakeOf(item, fleet) === null

const mistakeOfFault = (item: Readonly<Record<string, unknown>>, fleet: FleetPlan): string | null => {
  const { fault, untilMs, node, proxy } = item
  const isOfNode = isOneOf(nodeFaults, fault)
  if (!isOfNode && !isOneOf(storeFaults, fault) && !isOneOf(proxyFaults, fault))
    return `\`fault\` must be one of ${[...nodeFaults, ...storeFaults, ...proxyFaults].join(", ")}`
  if (!isTime(untilMs) || untilMs < Number(item["atMs"])) return "`untilMs` must not be before `atMs`"
  if (isOfNode && !isNumbered("n", fleet.nodes, node)) return `\`node\` must be one of n1 … n${fleet.nodes}`
  const proxies = fleet.proxies ?? 1
  return proxy === undefined || isNumbered("p", proxies, proxy) ? null : `\`proxy\` must be one of p1 … p${proxies}`
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const isOneOf = (names: ReadonlyArray<string>, value: unknown): boolean => names.some((name) => name === value)

const isNumbered = (letter: string, count: number, value: unknown): boolean =>
  Array.from({ length: count }, (_, at) => `${letter}${at + 1}`).some((name) => name === value)
