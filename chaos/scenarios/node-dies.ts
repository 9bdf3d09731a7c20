import type { Fleet } from "../fleet.ts"
import type { Timeline } from "../timeline.ts"
import { pause } from "../wait-until.ts"
import { openApi } from "./api.ts"
import { awaitIdleNodes, awaitSync, readBehind } from "./await-sync.ts"
import { checkDocuments } from "./check-documents.ts"
import { compareReplicas, readReplicas } from "./compare-replicas.ts"
import { anchors, indexUid, prepareIndex } from "./prepare-index.ts"
import { createTally, type Tally } from "./tally.ts"
import { type Outcome, outcomes, startTraffic } from "./traffic.ts"

/** `retry window`: the proxy may not know yet that the node is dead. */
export const phases = ["all nodes up", "retry window", "node dead", "node back", "in sync"] as const
export type Phase = (typeof phases)[number]

export interface NodeDiesOptions {
  /** The node comes back with its data, or empty. */
  readonly data: "kept" | "wiped"
  readonly seed: number
}

export interface ScenarioResult {
  readonly tally: Tally<Phase, Outcome>
  readonly violations: ReadonlyArray<string>
}

const writers = 3
const searchers = 3
const calmBeforeMs = 4_000
/** Searches may fail until the proxy has found out: three health checks and one request's time. */
const retryWindowMs = 3_000
const deadMs = 6_000
const inSyncMs = 3_000

/** Under running searches and writes one of the nodes is killed, stays away for a while, comes back and catches up. */
export const nodeDies = async (fleet: Fleet, timeline: Timeline, options: NodeDiesOptions): Promise<ScenarioResult> => {
  const api = openApi(fleet.url, fleet.masterKey)
  const tally = createTally(phases, outcomes)
  const violations: string[] = []
  const victim = fleet.nodes[1] ?? fail("a fleet of at least two nodes")
  let phase: Phase = "all nodes up"
  const enter = (next: Phase, what: string): void => {
    phase = next
    timeline.note(what)
  }

  const anchorOwner = await prepareIndex(api)
  timeline.note(`${anchors} documents are indexed; ${writers} writers and ${searchers} searchers start`)
  // What was on its way when the node died may suffer like what came a moment later.
  const phaseOf = (began: Phase, ended: Phase): Phase =>
    began === "all nodes up" && ended !== began ? "retry window" : began
  const plan = { api, indexUid, seed: options.seed, writers, searchers, anchors, phase: () => phase, phaseOf, tally }
  const traffic = startTraffic(plan)
  await pause(calmBeforeMs)

  await victim.kill()
  enter("retry window", `kill -9 ${victim.id}`)
  await pause(retryWindowMs)
  enter("node dead", "the retry window is over")
  await pause(deadMs)
  timeline.note(`${(await readBehind(api))?.length ?? "unknown"} replicas are behind`)

  await victim.restart(options.data)
  enter("node back", `${victim.id} is back, its data ${options.data}`)
  await awaitSync(api)
  enter("in sync", "no replica is behind")
  await pause(inSyncMs)

  violations.push(...(await traffic.stop()))
  timeline.note("searches and writes have stopped")
  await awaitSync(api)
  await awaitIdleNodes(fleet.nodes)
  const read = await readReplicas(fleet.nodes, fleet.shardCount)
  violations.push(...read.violations, ...compareReplicas(read.replicas, fleet.replicasPerShard))
  timeline.note(`${read.replicas.filter(({ contents }) => contents.size > 0).length} replicas compared on the nodes`)
  const owners = [...traffic.owners, anchorOwner]
  violations.push(...(await checkDocuments(api, indexUid, owners)))
  timeline.note(
    `${owners.reduce((sum, { known }) => sum + known.certain().size, 0)} documents compared through the proxy`,
  )
  return { tally, violations: [...violations, ...judgeTally(tally)] }
}

/** With two replicas per shard one dead node takes nothing away, except while the proxy finds out. */
const judgeTally = (tally: Tally<Phase, Outcome>): ReadonlyArray<string> => {
  const violations: string[] = []
  for (const phase of phases) {
    if (tally.of(phase, "searches") === 0) violations.push(`no search ran in the phase "${phase}": it proved nothing`)
    if (tally.of(phase, "writes") === 0) violations.push(`no write ran in the phase "${phase}": it proved nothing`)
    if (phase === "retry window") continue
    for (const outcome of ["failed searches", "incomplete searches"] as const) {
      const count = tally.of(phase, outcome)
      if (count > 0) violations.push(`${count} ${outcome} in the phase "${phase}": ${tally.example(phase, outcome)}`)
    }
  }
  const accepted = tally.of("node dead", "writes") - tally.of("node dead", "refused writes")
  if (accepted === 0) violations.push("no write was accepted while the node was dead")
  return violations
}

const fail = (what: string): never => {
  throw new Error(`this scenario needs ${what}`)
}
