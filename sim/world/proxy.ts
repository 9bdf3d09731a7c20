import { Context, Effect, Exit, Layer } from "effect"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { NodeClient } from "#core/ports/node-client.ts"
import { Store } from "#core/ports/store.ts"
import { Peers } from "#core/ports/peers.ts"
import type { Cluster } from "#core/program/cluster.ts"
import { Proxy as ProxyProgram, type ProxyOptions } from "#core/program/proxy.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { BrokenInvariant } from "#core/prelude/invariant.ts"
import type { Kernel } from "../kernel/kernel.ts"
import { type ProcessLife, startLife } from "../kernel/process-life.ts"
import { type Attempt, CurrentAttempt } from "./history.ts"
import type { StoreView } from "./model-store.ts"

/** The programs of core, unchanged, as a process that may be killed at any moment and started again. */
export interface Proxy {
  readonly start: () => void
  readonly name: string
  readonly kill: () => void
  readonly pause: () => void
  readonly resume: () => void
  /** Sets its wall clock forward, or back. */
  readonly shiftClock: (byMs: number) => void
  readonly isServing: () => boolean
  /** Started, whether it serves already or not. */
  readonly isRunning: () => boolean
  /** Its view of the cluster; null while it is not serving. */
  readonly cluster: () => Cluster["Service"] | null
  /** `onAnswer` gets null when the proxy dies before it has answered. False: nobody listens. */
  readonly ask: (attempt: Attempt, onAnswer: (response: ApiResponse | null) => void) => boolean
  /** A request of another proxy, on behalf of an attempt. */
  readonly answerPeer: (
    request: ApiRequest,
    attempt: Attempt | null,
    onAnswer: (response: ApiResponse | null) => void,
  ) => boolean
}

export interface ProxyWorld {
  readonly kernel: Kernel
  readonly options: ProxyOptions
  readonly clock: readonly [offsetMs: number, driftPermille: number]
  /** The ports as one life of the proxy sees them. */
  readonly connect: (life: ProcessLife) => {
    readonly store: Store["Service"]
    readonly nodes: NodeClient["Service"]
    readonly peers: Peers["Service"]
    readonly view: StoreView
  }
  readonly onDefect: (name: string, message: string) => void
  readonly onLog: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Whatever keeps processes running starts one that ended by itself again after this. */
const restartMs = 500

export const makeProxy = (world: ProxyWorld): Proxy => {
  let life: ProcessLife | null = null
  let view: StoreView | null = null
  let program: ProxyProgram["Service"] | null = null
  let lives = 0
  let shiftedMs = 0
  const waiting = new Set<(response: null) => void>()

  const start = (): void => {
    const current = startLife(
      world.kernel,
      `${world.options.proxyId} ${++lives}`,
      {
        onDefect: (defect) => world.onDefect(nameOf(defect), messageOf(defect)),
        onLog: world.onLog,
      },
      { offsetMs: () => world.clock[0] + shiftedMs, driftPermille: world.clock[1] },
    )
    life = current
    const connected = world.connect(current)
    view = connected.view
    const ports = Layer.mergeAll(
      nodeHashingLayer,
      Layer.succeed(Store, connected.store),
      Layer.succeed(NodeClient, connected.nodes),
      Layer.succeed(Peers, connected.peers),
    )
    const running = Effect.scoped(
      Effect.flatMap(Layer.build(Layer.provide(ProxyProgram.layer(world.options), ports)), (built) => {
        program = Context.get(built, ProxyProgram)
        return Effect.never
      }),
    )
    current.fork(running, Context.empty(), (exit) => {
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
    program = null
    for (const onAnswer of waiting) onAnswer(null)
    waiting.clear()
  }
  const serve = (
    request: ApiRequest,
    attempt: Attempt | null,
    onAnswer: (response: ApiResponse | null) => void,
  ): boolean => {
    if (life === null || program === null) return false
    const context = Context.make(CurrentAttempt, attempt)
    waiting.add(onAnswer)
    life.fork(program.answer(request), context, (exit) => {
      waiting.delete(onAnswer)
      onAnswer(Exit.isSuccess(exit) ? exit.value : null)
    })
    return true
  }
  return {
    name: world.options.proxyId,
    start,
    kill,
    pause: () => life?.pause(),
    resume: () => life?.resume(),
    shiftClock: (byMs) => void (shiftedMs += byMs),
    isServing: () => program !== null,
    isRunning: () => life !== null,
    cluster: () => program?.cluster() ?? null,
    ask: (attempt, onAnswer) => {
      // One that leads knows everything; one that follows knows what it has read.
      const isLeading = program?.cluster().term.role === "leading"
      attempt.knownMs = isLeading ? attempt.sentMs : Math.min(attempt.sentMs, view?.currentMs ?? 0)
      return serve(attempt.request, attempt, onAnswer)
    },
    answerPeer: serve,
  }
}

const nameOf = (defect: unknown): string =>
  defect instanceof BrokenInvariant ? defect.invariant : defect instanceof Error ? defect.name : "defect"
const messageOf = (defect: unknown): string =>
  defect instanceof Error ? (defect.stack ?? defect.message) : String(defect)
