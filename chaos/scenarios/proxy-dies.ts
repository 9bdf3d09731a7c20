import type { Fleet } from "../fleet.ts"
import type { Timeline } from "../timeline.ts"
import { pause } from "../wait-until.ts"
import { openApi } from "./api.ts"
import { awaitIdleNodes, awaitSync } from "./await-sync.ts"
import { checkDocuments } from "./check-documents.ts"
import { compareReplicas, readReplicas } from "./compare-replicas.ts"
import { anchors, indexUid, prepareIndex } from "./prepare-index.ts"
import { createTally, type Tally } from "./tally.ts"
import { type Outcome, outcomes, startTraffic } from "./traffic.ts"

/** `nobody leads`: the lease of the dead proxy is not over yet. */
export const proxyPhases = ["two proxies up", "nobody leads", "one proxy up", "two again"] as const
export type ProxyPhase = (typeof proxyPhases)[number]

export interface ProxyDiesResult {
  readonly tally: Tally<ProxyPhase, Outcome>
  readonly violations: ReadonlyArray<string>
}

const writers = 3
const searchers = 3
const calmMs = 4_000
/** The lease, the first look of the next one, and one request under way. */
const takeOverMs = 8_000

/**
 * Two proxies on one store. Clients use the one that follows; the one that leads is killed, and comes back later. The clients must lose no search
 * and no acknowledged write, and may not write for as long as the lease lasts.
 */
export const proxyDies = async (fleet: Fleet, timeline: Timeline, seed: number): Promise<ProxyDiesResult> => {
  const [leader, follower] = fleet.proxies
  if (leader === undefined || follower === undefined) throw new Error("this scenario needs two proxies")
  const api = openApi(follower.url, fleet.masterKey)
  const tally = createTally(proxyPhases, outcomes)
  let phase: ProxyPhase = "two proxies up"
  const enter = (next: ProxyPhase, what: string): void => {
    phase = next
    timeline.note(what)
  }
  const anchorOwner = await prepareIndex(api)
  timeline.note(`${anchors} documents are indexed through the proxy that follows; clients start there`)
  const phaseOf = (began: ProxyPhase, ended: ProxyPhase): ProxyPhase =>
    began === "two proxies up" && ended !== began ? "nobody leads" : began
  const traffic = startTraffic({
    api,
    indexUid,
    seed,
    writers,
    searchers,
    anchors,
    phase: () => phase,
    phaseOf,
    tally,
  })
  await pause(calmMs)
  await leader.kill()
  enter("nobody leads", "kill -9 the proxy that leads")
  await pause(takeOverMs)
  enter("one proxy up", "the other one must lead by now")
  await pause(calmMs)
  await leader.start()
  enter("two again", "the killed proxy is back")
  await pause(calmMs)

  const violations = [...(await traffic.stop())]
  await awaitSync(api)
  await awaitIdleNodes(fleet.nodes)
  const read = await readReplicas(fleet.nodes, fleet.shardCount)
  violations.push(...read.violations, ...compareReplicas(read.replicas, fleet.replicasPerShard))
  for (const { url } of fleet.proxies)
    violations.push(
      ...(await checkDocuments(openApi(url, fleet.masterKey), indexUid, [...traffic.owners, anchorOwner])),
    )
  timeline.note("replicas were compared, and documents through both proxies")
  return { tally, violations: [...violations, ...judge(tally)] }
}

const judge = (tally: ProxyDiesResult["tally"]): ReadonlyArray<string> =>
  proxyPhases.flatMap((phase) => {
    const mayWrite = phase !== "nobody leads"
    const forbidden: ReadonlyArray<Outcome> = [
      "failed searches",
      "incomplete searches",
      ...(mayWrite ? (["refused writes", "failed tasks"] as const) : []),
    ]
    const none = (["searches", "writes"] as const).filter((what) => tally.of(phase, what) === 0)
    return [
      ...none.map((what) => `no ${what} in the phase "${phase}": it proved nothing`),
      ...forbidden
        .filter((outcome) => tally.of(phase, outcome) > 0)
        .map((outcome) => `${tally.of(phase, outcome)} ${outcome} in "${phase}": ${tally.example(phase, outcome)}`),
    ]
  })
