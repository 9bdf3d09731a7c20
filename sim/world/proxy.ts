import { Context, Effect, Exit, Layer } from "effect"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { NodeClient } from "#core/ports/node-client.ts"
import { Store } from "#core/ports/store.ts"
import { answer } from "#core/program/answer.ts"
import { Cluster, type ClusterOptions } from "#core/program/cluster.ts"
import type { ClusterState } from "#core/program/cluster-state.ts"
import { clusterLayer } from "#core/program/start-cluster.ts"
import type { ApiResponse } from "#core/protocol/http-message.ts"
import { BrokenInvariant } from "#core/prelude/invariant.ts"
import type { Kernel } from "../kernel/kernel.ts"
import { type ProcessLife, startLife } from "../kernel/process-life.ts"
import { type Attempt, CurrentAttempt } from "./history.ts"

/** The programs of core, unchanged, as a process that may be killed at any moment and started again. */
export interface Proxy {
  readonly start: () => void
  readonly kill: () => void
  /** Also while it is still starting. */
  readonly isRunning: () => boolean
  /** What it has in memory; null while it is not serving. */
  readonly state: () => ClusterState | null
  /** `onAnswer` gets null when the proxy dies before it has answered. False: nobody listens. */
  readonly ask: (attempt: Attempt, onAnswer: (response: ApiResponse | null) => void) => boolean
}

export interface ProxyWorld {
  readonly kernel: Kernel
  readonly options: ClusterOptions
  /** The ports as one life of the proxy sees them. */
  readonly connectStore: (life: ProcessLife) => Store["Service"]
  readonly connectNodes: (life: ProcessLife) => NodeClient["Service"]
  readonly onDefect: (name: string, message: string) => void
  readonly onLog: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Whatever keeps processes running starts one that ended by itself again after this. */
const restartMs = 500

type Services =
  Layer.Success<ReturnType<typeof clusterLayer>> | NodeClient | Store | Layer.Success<typeof nodeHashingLayer>

export const makeProxy = (world: ProxyWorld): Proxy => {
  let life: ProcessLife | null = null
  let services: Context.Context<Services> | null = null
  let lives = 0
  const waiting = new Set<(response: null) => void>()

  const start = (): void => {
    const current = startLife(world.kernel, `proxy ${++lives}`, {
      onDefect: (defect) => world.onDefect(nameOf(defect), messageOf(defect)),
      onLog: world.onLog,
    })
    life = current
    const ports = Layer.mergeAll(
      nodeHashingLayer,
      Layer.succeed(Store, world.connectStore(current)),
      Layer.succeed(NodeClient, world.connectNodes(current)),
    )
    const program = Effect.scoped(
      Effect.flatMap(Layer.build(Layer.provideMerge(clusterLayer(world.options), ports)), (built) => {
        services = built
        return Effect.never
      }),
    )
    current.fork(program, Context.empty(), (exit) => {
      world.onLog("the proxy ended by itself", { reason: Exit.isFailure(exit) ? String(exit.cause) : "" })
      kill()
      world.kernel.after(restartMs, () => {
        if (life === null) start()
      })
    })
  }
  const kill = (): void => {
    life?.end()
    life = null
    services = null
    for (const onAnswer of waiting) onAnswer(null)
    waiting.clear()
  }
  return {
    start,
    kill,
    isRunning: () => life !== null,
    state: () => (services === null ? null : Context.get(services, Cluster).state),
    ask: (attempt, onAnswer) => {
      if (life === null || services === null) return false
      const context = Context.add(services, CurrentAttempt, attempt)
      waiting.add(onAnswer)
      life.fork(answer(attempt.request), context, (exit) => {
        waiting.delete(onAnswer)
        onAnswer(Exit.isSuccess(exit) ? exit.value : null)
      })
      return true
    },
  }
}

const nameOf = (defect: unknown): string =>
  defect instanceof BrokenInvariant ? defect.invariant : defect instanceof Error ? defect.name : "defect"
const messageOf = (defect: unknown): string =>
  defect instanceof Error ? (defect.stack ?? defect.message) : String(defect)
