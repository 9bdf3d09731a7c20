import type { JsonObject } from "#core/prelude/json.ts"
import { type Stream, isAmong, makeDraws, pick, within } from "../kernel/draws.ts"
import type { ClientAction, ClientItem, FleetPlan, Plan, PlanDocument } from "./plan.ts"
import { drawFaults } from "./draw-faults.ts"
import { drawLasting } from "./draw-lasting.ts"

/** How long clients and faults are at work; after that the cluster must come to rest. */
export interface GenerateOptions {
  readonly durationMs: number
  readonly clients: number
  /** Operations of all clients together. */
  readonly operations: number
}

export const defaultOptions: GenerateOptions = { durationMs: 20_000, clients: 4, operations: 90 }

/**
 * A plan from nothing but a seed. Swarm testing: each plan leaves out a random part of what clients can do and of what can go wrong and weights
 * the rest at random, because behaviour that needs many of one thing is never reached by an even mixture of all.
 */
export const generate = (seed: number, options: GenerateOptions = defaultOptions): Plan => {
  const draws = makeDraws(seed)
  const next = draws.stream("plan")
  const groups = within(next(), [1, 2])
  const proxies = within(next(), [2, 3])
  const fleet: FleetPlan = {
    seed,
    proxies,
    clocks: Array.from({ length: proxies }, () => [
      pick(next(), [0, 0, -3_600_000, -1_500, 400, 86_400_000]),
      pick(next(), [0, 0, -20, -3, 5, 20]),
    ]),
    nodes: 5,
    groups,
    replicationFactor: groups === 2 ? within(next(), [1, 2]) : within(next(), [1, 3]),
    shards: pick(next(), [1, 3, 8, 16]),
    yieldPermille: pick(next(), [0, 0, 50, 100, 200, 300]),
    latencyMs: pick(next(), [
      [1, 1],
      [1, 4],
      [1, 20],
    ] as const),
    taskMs: pick(next(), [
      [1, 5],
      [2, 40],
      [10, 200],
    ] as const),
    storeMs: pick(next(), [
      [0, 0],
      [0, 2],
      [1, 10],
    ] as const),
    healthTimeoutMs: pick(next(), [500, 500, 3_000]),
    unavailableShards: pick(next(), ["partial", "error"] as const),
  }
  const { durationMs } = options
  const faults = [
    ...drawFaults(draws.stream("faults"), fleet, durationMs),
    ...drawLasting(draws.stream("lasting faults"), fleet, durationMs),
  ]
  return { fleet, items: [...drawClients(next, options), ...faults] }
}

type Kind = ClientAction["do"]

/** How often clients do what, before the swarm weights it. */
const weights: Readonly<Record<Kind, number>> = {
  add: 12,
  update: 8,
  "delete-one": 3,
  "delete-batch": 3,
  "delete-group": 2,
  clear: 1,
  settings: 2,
  "create-index": 1,
  "delete-index": 1,
  get: 8,
  list: 4,
  search: 8,
  tasks: 3,
}
const swarmFactors = [0, 1, 1, 1, 4] as const
const indexNames = ["movies", "books", "songs"] as const
const groupNames = ["red", "green", "blue", "grey"] as const
const words = ["river", "mountain", "harbor", "lantern", "silver", "meadow", "castle", "winter"] as const

const drawClients = (next: Stream, options: GenerateOptions): ReadonlyArray<ClientItem> => {
  const indexes = indexNames.slice(0, within(next(), [1, 3]))
  const idsMax = pick(next(), [5, 20, 60])
  const kinds = (Object.keys(weights) as ReadonlyArray<Kind>).flatMap((kind) => {
    const factor = kind === "add" ? 1 : pick(next(), swarmFactors)
    return Array.from({ length: weights[kind] * factor }, () => kind)
  })
  const draw: Draw = { next, idsMax, counter: 0 }
  const items: Array<ClientItem> = []
  for (const index of indexes) {
    const patch: JsonObject = { filterableAttributes: ["group", "n"], sortableAttributes: ["id", "n"] }
    items.push({ atMs: within(next(), [0, 200]), client: "c0", do: "settings", index, patch })
  }
  for (let operation = 0; operation < options.operations; operation++) {
    const atMs = within(next(), [100, options.durationMs])
    const client = `c${next() % options.clients}`
    items.push({ atMs, client, ...drawAction(draw, pick(next(), kinds), pick(next(), indexes)) })
  }
  return items.sort((one, other) => one.atMs - other.atMs)
}

interface Draw {
  readonly next: Stream
  readonly idsMax: number
  /** Makes the content of every document of a plan its own, so that it shows which write made it. */
  counter: number
}

const drawAction = (draw: Draw, kind: Kind, index: string): ClientAction => {
  const { next } = draw
  switch (kind) {
    case "add":
      return { do: kind, index, documents: drawDocuments(draw, true) }
    case "update":
      return { do: kind, index, documents: drawDocuments(draw, false) }
    case "delete-one":
      return { do: kind, index, id: drawId(draw) }
    case "delete-batch":
      return { do: kind, index, ids: [...new Set(Array.from({ length: within(next(), [1, 6]) }, () => drawId(draw)))] }
    case "delete-group":
      return { do: kind, index, group: pick(next(), groupNames) }
    case "settings":
      return { do: kind, index, patch: drawSettings(next) }
    case "get":
      return { do: kind, index, id: drawId(draw) }
    case "search":
      return { do: kind, index, body: drawSearch(next) }
    case "tasks":
      return { do: kind }
    default:
      return { do: kind, index }
  }
}

const drawId = ({ next, idsMax }: Draw): string => `d${next() % idsMax}`

const drawDocuments = (draw: Draw, isWhole: boolean): ReadonlyArray<PlanDocument> => {
  const { next } = draw
  const count = isAmong(next(), 100) ? within(next(), [10, 40]) : within(next(), [1, 5])
  const ids = new Set(Array.from({ length: count }, () => drawId(draw)))
  return [...ids].map((id) => ({
    id,
    n: ++draw.counter,
    ...(isWhole || isAmong(next(), 300) ? { group: pick(next(), groupNames) } : {}),
    ...(isWhole || isAmong(next(), 300) ? { title: `${pick(next(), words)} ${pick(next(), words)}` } : {}),
  }))
}

const drawSettings = (next: Stream): JsonObject =>
  pick<JsonObject>(next(), [
    { searchableAttributes: ["title", "group"] },
    { searchableAttributes: null },
    { filterableAttributes: ["group", "n"], sortableAttributes: ["id", "n"] },
    { filterableAttributes: ["n", "group", "title"] },
    { stopWords: ["river"] },
    { stopWords: null },
    { synonyms: { castle: ["harbor"] } },
    { displayedAttributes: ["*"] },
    { faceting: { maxValuesPerFacet: 50 } },
    { faceting: { maxValuesPerFacet: null, sortFacetValuesBy: { group: "count" } } },
    { faceting: { sortFacetValuesBy: null } },
    { typoTolerance: { enabled: false, disableOnWords: ["silver"] } },
    { typoTolerance: { enabled: null } },
    { rankingRules: ["words", "typo"] },
    // Refused.
    { rankingRules: ["nonsense"] },
  ])

const drawSearch = (next: Stream): JsonObject => {
  const limit = isAmong(next(), 700) ? 1000 : within(next(), [1, 10])
  const isFiltered = isAmong(next(), 200)
  return {
    q: isAmong(next(), 500) ? "" : pick(next(), words),
    limit,
    ...(isFiltered ? { filter: `group = ${pick(next(), groupNames)}` } : {}),
    ...(isAmong(next(), 300) ? { facets: ["group"] } : {}),
    ...(isAmong(next(), 300) ? { sort: ["n:desc"] } : {}),
  }
}
