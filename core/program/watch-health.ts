import { Effect, Random, type Scope } from "effect"
import { answersOf, initialHealth } from "#core/health/node-health.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { BehindMark } from "#core/ports/store.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import { applyOnNode } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { applyFeatures } from "./experimental-features.ts"
import { Follower } from "./follow-tasks.ts"
import { callNode, getRequest, jsonRequest } from "./node-calls.ts"
import { removeForeignIndexes } from "./remove-foreign-indexes.ts"
import { forgetTold, isTold, lookAgain } from "./told-nodes.ts"
import { identifyNode, markerDocument, markerIndex } from "./verify-node.ts"

/*
 * Probes every node: is it there, and is it still the one that we know? A node that is not is put behind for everything that it should
 * hold, gets a new marker, and then counts as up: it receives writes at once and serves a shard again when repair has copied it. Every proxy
 * probes; only the one that leads takes nodes in.
 */

/** How soon a node is probed again while requests wait for the outcome. */
const urgentProbeMs = 250

type Services = Cluster | Follower | NodeClient

export const watchHealth: Effect.Effect<void, never, Services | Scope.Scope> = Effect.gen(function* () {
  const cluster = yield* Cluster
  for (const nodeId of cluster.state.members.keys()) yield* Effect.forkScoped(watchNode(nodeId))
})

const watchNode = Effect.fnUntraced(function* (nodeId: string) {
  const cluster = yield* Cluster
  let sinceProbeMs = Number.POSITIVE_INFINITY
  while (true) {
    const { isUrgent, mayServeReads: wasUp } = answersOf(cluster.state.health.get(nodeId) ?? initialHealth)
    if (isUrgent || sinceProbeMs >= cluster.options.healthIntervalMs) {
      yield* probeNode(nodeId)
      // A node may have been upgraded while it was away.
      if (!wasUp) yield* Effect.ignore(readEngineVersion(nodeId))
      sinceProbeMs = 0
    }
    const pauseMs = Math.min(urgentProbeMs, cluster.options.healthIntervalMs)
    yield* Effect.sleep(pauseMs)
    sinceProbeMs += pauseMs
  }
})

/** One probe and what follows from it. Never fails: what could not be done now is done after the next probe. */
const probeNode = Effect.fnUntraced(function* (nodeId: string): Effect.fn.Return<void, never, Services> {
  const cluster = yield* Cluster
  if (cluster.state.health.get(nodeId)?.tag !== "up") yield* Effect.ignore(cluster.reload)
  const outcome = yield* Effect.result(identifyNode(nodeId))
  if (outcome._tag === "Failure")
    return void cluster.observe(nodeId, { tag: outcome.failure.isLate === true ? "probe-late" : "probe-failed" })
  const identity = outcome.success
  if (identity.tag === "unwell") {
    yield* Effect.logWarning("node is unwell").pipe(Effect.annotateLogs({ node: nodeId, reason: identity.reason }))
    return cluster.observe(nodeId, { tag: "probe-failed" })
  }
  // One that was away may have lost what it was told, or be another one.
  if (cluster.state.health.get(nodeId)?.tag !== "up") forgetTold(cluster.state, nodeId)
  if (cluster.term.role === "following" || !cluster.term.mayAct())
    // The proxy that leads gives it a new marker, and we hear of it through the store.
    return cluster.observe(nodeId, { tag: identity.tag === "same" ? "verified" : "probe-failed" })
  if (identity.tag === "same") {
    if (isTold(cluster.state, nodeId)) return cluster.observe(nodeId, { tag: "verified" })
    if (!(yield* hasFeatures(nodeId))) return cluster.observe(nodeId, { tag: "probe-failed" })
    cluster.observe(nodeId, { tag: "verified" })
    // It may have slept through the deletion of an index.
    const later = () => Effect.sync(() => lookAgain(cluster.state, nodeId))
    return yield* Effect.catch(removeForeignIndexes(nodeId), later)
  }
  const adopted = yield* Effect.result(adoptNode(nodeId, identity.reason))
  if (adopted._tag === "Success") return cluster.observe(nodeId, { tag: "verified" })
  yield* Effect.logWarning("node could not be adopted").pipe(
    Effect.annotateLogs({ node: nodeId, reason: String(adopted.failure) }),
  )
  cluster.observe(nodeId, { tag: "probe-failed" })
})

/** A node that was away may have slept through a change of experimental features: it serves nothing before it has them, unless nobody may tell it. */
const hasFeatures = (nodeId: string) =>
  Effect.match(applyFeatures(nodeId), { onFailure: () => false, onSuccess: () => true })

/** Takes a node in as a new one: everything it should hold is behind, then it gets a marker, then foreign indexes go. */
const adoptNode = Effect.fnUntraced(function* (nodeId: string, reason: string) {
  const cluster = yield* Cluster
  const follower = yield* Follower
  const timeoutMs = cluster.options.writeTimeoutMs
  const wasKnown = (cluster.state.nodes.get(nodeId)?.incarnation ?? null) !== null
  const incarnation = `${yield* randomPart}${yield* randomPart}`
  yield* cluster.marking(
    Effect.suspend(() =>
      cluster.commit({
        behind: wasKnown ? everythingOn(nodeId, cluster, reason) : [],
        nodes: [{ nodeId, incarnation: null, highestTaskUid: -1 }],
      }),
    ),
  )
  follower.forgetNode(nodeId)
  yield* applyFeatures(nodeId)
  yield* removeForeignIndexes(nodeId)
  yield* applyOnNode(
    nodeId,
    jsonRequest(
      "POST",
      `/indexes/${markerIndex}/documents?primaryKey=id`,
      [{ id: markerDocument, value: incarnation }],
      timeoutMs,
    ),
  )
  yield* cluster.commit({ nodes: [{ nodeId, incarnation, highestTaskUid: -1 }] })
  yield* Effect.logInfo("node adopted").pipe(Effect.annotateLogs({ node: nodeId, reason }))
})

const readEngineVersion = Effect.fnUntraced(function* (nodeId: string) {
  const cluster = yield* Cluster
  const response = yield* callNode(nodeId, getRequest("/version", cluster.options.healthTimeoutMs))
  const body: unknown = response.status === 200 ? JSON.parse(response.body) : null
  const version = isJsonObject(body) ? body["pkgVersion"] : null
  if (typeof version === "string") cluster.state.engineVersion = version
})

const randomPart = Effect.map(Random.nextIntBetween(0, 0x7fff_ffff), (part) => part.toString(36).padStart(6, "0"))

const everythingOn = (nodeId: string, cluster: Cluster["Service"], reason: string): ReadonlyArray<BehindMark> =>
  [...cluster.state.indexes.values()].flatMap(({ physicalUid, placement }) =>
    Object.values(placement).flatMap((shards) =>
      shards.flatMap((nodeIds, shard) =>
        nodeIds.includes(nodeId) ? [{ physicalUid, shard, nodeId, sinceVersion: 0, reason }] : [],
      ),
    ),
  )
