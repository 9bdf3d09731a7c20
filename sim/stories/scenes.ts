import { type Stream, makeDraws, pick } from "../kernel/draws.ts"
import type { ClientAction, ClientItem, FaultItem, FleetPlan, Plan, PlanDocument } from "../plan/plan.ts"
import { defaultFleet } from "../plan/print-plan.ts"

/** What stories are made of: a small fleet, an index that is loaded first, and clients that do one thing every few milliseconds. */
export interface Scenes {
  readonly writes: (window: Window) => ReadonlyArray<ClientItem>
  /** Two clients write the same document at the same moment, then the next one. */
  readonly contended: (window: Window) => ReadonlyArray<ClientItem>
  readonly deletions: (window: Window) => ReadonlyArray<ClientItem>
  readonly reads: (window: Window) => ReadonlyArray<ClientItem>
}

export interface Window {
  readonly fromMs: number
  readonly untilMs: number
  readonly everyMs: number
}

const index = "movies"
const loaded = 24
const contended = 80
const groups = ["red", "green", "blue"] as const
const words = ["river", "harbor", "castle", "winter"] as const

/** Three nodes and two replicas of each shard: what one node misses, exactly one other one has. */
export const scenePlan = (
  seed: number,
  scenes: (make: Scenes) => ReadonlyArray<ClientItem | FaultItem>,
  fleet: Partial<FleetPlan> = {},
): Plan => {
  const next = makeDraws(seed).stream("story")
  let written = 0
  const document = (id: string): PlanDocument => ({
    id,
    n: ++written,
    group: pick(next(), groups),
    title: `${pick(next(), words)} ${pick(next(), words)}`,
  })
  const load: ReadonlyArray<ClientItem> = [
    {
      atMs: 500,
      client: "setup",
      do: "settings",
      index,
      patch: { filterableAttributes: ["group", "n"], sortableAttributes: ["n"] },
    },
    {
      atMs: 600,
      client: "setup",
      do: "add",
      index,
      documents: Array.from({ length: loaded }, (_, at) => document(`d${at}`)),
    },
  ]
  const make: Scenes = {
    contended: (window) =>
      ["writer", "rival"].flatMap((client) =>
        every(window, client, (turn) => ({ do: "add", index, documents: [document(`c${turn % contended}`)] })),
      ),
    writes: (window) => every(window, "writer", () => writeOf(next, document)),
    deletions: (window) => every(window, "writer", () => deletionOf(next)),
    reads: (window) => every(window, "reader", (turn) => readOf(next, turn)),
  }
  return {
    fleet: { ...defaultFleet, seed, nodes: 3, groups: 1, replicationFactor: 2, shards: 6, ...fleet },
    items: [...load, ...scenes(make)].sort((one, other) => one.atMs - other.atMs),
  }
}

const every = (
  { fromMs, untilMs, everyMs }: Window,
  client: string,
  make: (turn: number) => ClientAction,
): ReadonlyArray<ClientItem> =>
  Array.from({ length: Math.ceil((untilMs - fromMs) / everyMs) }, (_, turn) => ({
    atMs: fromMs + turn * everyMs,
    client,
    ...make(turn),
  }))

/** Mostly other contents for what is there, sometimes a new document. */
const writeOf = (next: Stream, document: (id: string) => PlanDocument): ClientAction => {
  const id = next() % 5 === 0 ? `e${next() % loaded}` : `d${next() % loaded}`
  return { do: next() % 4 === 0 ? "update" : "add", index, documents: [document(id)] }
}

const deletionOf = (next: Stream): ClientAction =>
  next() % 4 === 0
    ? { do: "delete-group", index, group: pick(next(), groups) }
    : { do: "delete-batch", index, ids: [`d${next() % loaded}`, `d${next() % loaded}`] }

/** By turns one document, and all of them. */
const readOf = (next: Stream, turn: number): ClientAction =>
  turn % 2 === 0
    ? { do: "get", index, id: `d${next() % loaded}` }
    : { do: "search", index, body: { q: "", limit: 1000 } }
