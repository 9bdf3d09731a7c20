import { Effect, Layer } from "effect"
import type { Hashing } from "#core/ports/hashing.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { Store, StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import { ApiKeys, createDefaultKeys } from "./api-keys.ts"
import { Cluster, type ClusterOptions, type Term, aloneTerm } from "./cluster.ts"
import { deliverWebhooks } from "./deliver-webhooks.ts"
import { dropRemovedIndexes } from "./drop-on-node.ts"
import { FleetTasks } from "./fleet-tasks.ts"
import { Follower } from "./follow-tasks.ts"
import { followStore } from "./follow-store.ts"
import { pruneTasks } from "./prune-tasks.ts"
import { recoverIntents } from "./recover-intents.ts"
import { recoverWrites } from "./recover-writes.ts"
import { repairNodes } from "./repair-node.ts"
import { resumeCatalogueTasks } from "./resume-catalogue-tasks.ts"
import { reviewFailedKeys } from "./review-primary-key.ts"
import { watchHealth } from "./watch-health.ts"
import { WriteLanes } from "./write.ts"

/** What the programs of the routes need. */
export type ClusterServices = ApiKeys | Cluster | FleetTasks | Follower | WriteLanes

/** How long the start waits for the first look at every node; a node that is not there by then is served without. */
const firstLookMs = 10_000
const lookPauseMs = 20

/** Everything that runs in one term of a proxy: the view of the cluster, and the programs that work in the background until the scope closes. */
export const clusterLayer = (
  options: ClusterOptions,
  term: Term = aloneTerm,
): Layer.Layer<ClusterServices, StoreUnavailable | StoreConflict, Hashing | NodeClient | Store> => {
  const isLeading = term.role === "leading"
  const writing = isLeading
    ? Layer.mergeAll(FleetTasks.layer, Follower.layer)
    : Layer.mergeAll(FleetTasks.idle, Follower.idle)
  const services = Layer.provideMerge(
    Layer.mergeAll(ApiKeys.layer, writing, WriteLanes.layer),
    Cluster.layer(options, term),
  )
  return Layer.provideMerge(Layer.effectDiscard(isLeading ? lead : follow), services)
}

const lead = Effect.gen(function* () {
  yield* deliverWebhooks
  yield* dropRemovedIndexes
  yield* reviewFailedKeys
  yield* recoverIntents
  yield* createDefaultKeys
  yield* watchHealth
  yield* awaitFirstLook
  yield* recoverWrites
  yield* resumeCatalogueTasks
  yield* repairNodes
  yield* pruneTasks
})

const follow = Effect.gen(function* () {
  yield* followStore
  yield* watchHealth
  yield* awaitFirstLook
})

const awaitFirstLook = Effect.gen(function* () {
  const cluster = yield* Cluster
  const isUnseen = () => [...cluster.state.health.values()].some((health) => health.tag === "suspect")
  for (let waitedMs = 0; waitedMs < firstLookMs && isUnseen(); waitedMs += lookPauseMs) yield* Effect.sleep(lookPauseMs)
  const missing = [...cluster.state.health].filter(([, health]) => health.tag !== "up").map(([nodeId]) => nodeId)
  if (missing.length > 0) yield* Effect.logWarning("started without some nodes").pipe(Effect.annotateLogs({ missing }))
})
