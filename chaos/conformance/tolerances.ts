import { approximations } from "./approximate-answers.ts"
import { hasSeveralWords } from "./query-words.ts"
import type { WireRequest } from "./sequence.ts"

/**
 * What a fleet may answer otherwise than one engine, beyond the clock and the counters that no two servers share. Each has a line in
 * docs/gaps/0005-tolerances-of-the-conformance-run.md. An exchange that is equal only after it counts as tolerated, not as equal.
 */
export interface Tolerance {
  readonly name: string
  readonly reason: string
  /** The answer with what may differ replaced by a word; everything else stays. */
  readonly apply: (answer: unknown, request: WireRequest) => unknown
}

const tolerances: ReadonlyArray<Tolerance> = [
  {
    name: "inner-work-of-batches",
    reason:
      "A fleet has one batch per task and several nodes; how one engine grouped its work and how full its buffers were has no counterpart.",
    apply: (answer) => mapMembers(answer, (name, value) => (innerWork.has(name) ? "inner work" : value), innerWork),
  },
  {
    name: "order-of-arrival",
    reason:
      "Between nodes ids or versions tell which of two documents that nothing ranks came first; after deletions and rewrites they may not know.",
    apply: (answer, request) =>
      isRanked(request) ? answer : mapMembers(answer, (name, value) => (lists.has(name) ? sorted(value) : value)),
  },
  {
    name: "facet-values-of-two-kinds",
    reason:
      'A facet whose values are the number 3 and the text "3" has one name for both; an engine shows the count of one of them.',
    apply: (answer) =>
      mapMembers(answer, (name, value) =>
        name === "facetDistribution" || name === "distribution" ? withoutMixed(value) : value,
      ),
  },
  {
    name: "order-of-several-words",
    reason:
      "How near several words stand to each other, and which of them are exact, one engine judges with a view to all its documents.",
    apply: (answer, request) =>
      hasSeveralWords(request)
        ? mapMembers(answer, (name, value) => (name === "hits" ? sorted(value) : value), scores)
        : answer,
  },
  {
    name: "example-in-an-error",
    reason:
      "Where an engine names one of the documents without vectors and counts the others, a node knows only its own.",
    apply: (answer) =>
      mapMembers(answer, (name, value) =>
        name === "message" && typeof value === "string" ? value.replace(exampleDocuments, "one of several") : value,
      ),
  },
]

/** Only while a node is away for good. */
export const toleranceOfLoss: Tolerance = {
  name: "statistics-without-a-node",
  reason: "What nodes count over all that they hold can only be estimated when one of them is away.",
  apply: (answer, { path }) =>
    /\/stats(\?|$)/.test(path) ? mapMembers(answer, (_name, value) => value, estimated) : answer,
}

/** All others, in the order in which they are tried. */
export const allTolerances: ReadonlyArray<Tolerance> = [
  ...tolerances,
  ...approximations.map(({ name, reason, concerns, members }): Tolerance => ({
    name,
    reason,
    apply: (answer, request) => (concerns(request) ? mapMembers(answer, (_name, value) => value, members) : answer),
  })),
]

const exampleDocuments = /(?<=no vectors provided for document )`[^`]*`(?: and at least \d+ other document\(s\))?/

const innerWork = new Set([
  "progressTrace",
  "writeChannelCongestion",
  "internalDatabaseSizes",
  "embedderRequests",
  "batchStrategy",
])
const lists = new Set(["results", "hits"])
const scores = new Set(["_rankingScore", "_rankingScoreDetails"])
const estimated = new Set(["numberOfEmbeddings", "numberOfEmbeddedDocuments", "fieldDistribution"])

/** The library's one attribute that holds numbers and the same numbers as text. */
const mixedFacet = "mixed"

const withoutMixed = (distribution: unknown): unknown => {
  if (typeof distribution !== "object" || distribution === null || !(mixedFacet in distribution)) return distribution
  const values = Object.entries(distribution[mixedFacet] as object).filter(([value]) => !/^\d+$/.test(value))
  return { ...distribution, [mixedFacet]: Object.fromEntries(values) }
}

/** Whether something in the request says which document comes first. */
const isRanked = ({ path, body }: WireRequest): boolean => {
  const asked = `${path} ${typeof body === "string" ? body : JSON.stringify(body ?? "")}`
  const isOfDocuments = /\/indexes\/[^/]+\/(?:documents|search)/.test(path)
  return !isOfDocuments || /[?&"](?:q|sort|vector|hybrid)(?:=[^&]|":(?!null|""|\[\]))/.test(asked)
}

const sorted = (list: unknown): unknown =>
  Array.isArray(list) ? [...list].sort((one, other) => compareTexts(JSON.stringify(one), JSON.stringify(other))) : list

const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Every member of every object goes through `change`; members that are `dropped` disappear, since one side may lack them. */
const mapMembers = (
  value: unknown,
  change: (name: string, value: unknown) => unknown,
  dropped: ReadonlySet<string> = new Set(),
): unknown => {
  if (Array.isArray(value)) return value.map((element) => mapMembers(element, change, dropped))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !dropped.has(name))
      .map(([name, inner]) => [name, change(name, mapMembers(inner, change, dropped))]),
  )
}
