import { Cause, Context, Effect, Exit, Layer, Queue, Scope } from "effect"
import type { Hashing } from "#core/ports/hashing.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { Peers } from "#core/ports/peers.ts"
import { type Store, StoreConflict, type StoreUnavailable, leaseRecord } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { answer } from "./answer.ts"
import { ApiKeys } from "./api-keys.ts"
import { Cluster, type ClusterOptions, type Term } from "./cluster.ts"
import { type LeaseKeeper, keepLease, writerScope } from "./keep-lease.ts"
import { forwardedHeader, isForWriter, showsTasks } from "./forwarding.ts"
import { type ClusterServices, clusterLayer } from "./start-cluster.ts"

/*
 * One proxy among several on one store. One of them leads: it alone writes, follows tasks and repairs. The others answer everything that only
 * reads, from nodes and from the store, and hand the rest on to the one that leads.
 *
 * A proxy lives in terms. When the lease is won or lost, the next term is built beside the one that runs, takes its place, and then the old one is
 * closed: what it still wants to store is refused, and what it still wants to send to a node is not sent.
 */

export interface ProxyOptions extends ClusterOptions {
  /** Base URL at which other proxies reach this one; null: they do not. */
  readonly address: string | null
}

interface ProxyShape {
  /** Every request of a client. Never fails: what can go wrong has an answer. */
  readonly answer: (request: ApiRequest) => Effect.Effect<ApiResponse>
  /** The API keys and the view of the cluster in the term that runs. */
  readonly keys: () => ApiKeys["Service"]
  readonly cluster: () => Cluster["Service"]
}

export class Proxy extends Context.Service<Proxy, ProxyShape>()("miroir/Proxy") {
  static readonly layer = (options: ProxyOptions) => Layer.effect(Proxy, makeProxy(options))
}

type Base = Hashing | NodeClient | Peers | Store

interface RunningTerm {
  readonly term: Term
  readonly context: Context.Context<ClusterServices>
  readonly scope: Scope.Closeable
}

/** A proxy that has not heard from the store for longer knows too little of the cluster to answer at all. */
const silentMaxMs = 300_000
/** Pause after a term that could not begin. */
const beginPauseMs = 200
/** How long a read waits for the store when this proxy may not lead any more. */
const catchUpMostMs = 1_000
/** Times that a request is handed on when it cannot have arrived: another proxy may lead by the second time. */
const forwardAttempts = 2

const makeProxy = Effect.fnUntraced(function* (
  options: ProxyOptions,
): Effect.fn.Return<ProxyShape, StoreUnavailable | StoreConflict, Base | Scope.Scope> {
  const base = yield* Effect.context<Base>()
  const keeper = yield* keepLease(options.proxyId, options.address)
  let running = yield* beginTerm(options, keeper)
  yield* Effect.addFinalizer((exit) => Scope.close(running.scope, exit))

  const switchTerm = Effect.gen(function* () {
    if (isCurrent(running.term, keeper)) return yield* Queue.take(keeper.changes)
    const begun = yield* Effect.result(beginTerm(options, keeper))
    if (begun._tag === "Failure") return yield* Effect.sleep(beginPauseMs)
    const before = running
    running = begun.success
    yield* Effect.logInfo(`this proxy ${running.term.role === "leading" ? "leads" : "follows"} now`)
    yield* Scope.close(before.scope, Exit.void)
  })
  yield* Effect.forkScoped(Effect.forever(switchTerm))

  const answerHere = (request: ApiRequest): Effect.Effect<ApiResponse> =>
    Effect.suspend(() => {
      const { context } = running
      const answered = Effect.provideContext(answer(request), Context.merge(base, context))
      return Effect.catchCauseIf(answered, Cause.hasInterruptsOnly, () => Effect.succeed(outcomeUnknown))
    })
  const forward = Effect.fnUntraced(function* (request: ApiRequest) {
    if (request.headers[forwardedHeader] !== undefined) return noWriter
    const handed = { ...request, headers: { ...request.headers, [forwardedHeader]: options.proxyId } }
    for (let attempt = 0; attempt < forwardAttempts; attempt++) {
      const address = keeper.leaderAddress()
      if (address === null) return noWriter
      const sent = yield* Effect.result(Context.get(base, Peers).send(address, handed))
      if (sent._tag === "Failure" && sent.failure.wasSent === "unknown") return outcomeUnknown
      if (sent._tag === "Success") {
        // Whoever was told of a change must see it, here too.
        yield* Effect.ignore(clusterOf(running).refresh)
        return sent.success
      }
    }
    return noWriter
  })

  const answerByRole = (request: ApiRequest): Effect.Effect<ApiResponse> =>
    Effect.suspend(() => {
      if (running.term.role === "leading") return answerHere(request)
      if (isForWriter(request)) return forward(request)
      const answered = answerHere(request)
      return showsTasks(request) ? Effect.tap(answered, () => Effect.ignore(clusterOf(running).refresh)) : answered
    })
  /** Whoever was stopped for longer than its lease must not answer from what it knew before. While the store is away nobody knows better. */
  const catchUp = Effect.suspend(() => Effect.ignore(Effect.timeout(clusterOf(running).catchUp, catchUpMostMs)))

  return {
    keys: () => Context.get(running.context, ApiKeys),
    cluster: () => clusterOf(running),
    answer: (request) =>
      Effect.suspend(() => {
        if (keeper.silentMs() > silentMaxMs) return Effect.succeed(knowsTooLittle)
        const isInDoubt = running.term.role === "leading" && !running.term.mayAct()
        return isInDoubt ? Effect.andThen(catchUp, answerByRole(request)) : answerByRole(request)
      }),
  }
})

const clusterOf = ({ context }: RunningTerm): Cluster["Service"] => Context.get(context, Cluster)

const beginTerm = Effect.fnUntraced(function* (
  options: ProxyOptions,
  keeper: LeaseKeeper,
): Effect.fn.Return<RunningTerm, StoreUnavailable | StoreConflict, Base> {
  const term = termOf(options, keeper)
  const scope = yield* Scope.make()
  const built = Layer.buildWithScope(clusterLayer(options, term), scope)
  const context = yield* Effect.onError(built, (cause) => Scope.close(scope, Exit.failCause(cause))).pipe(
    // What a term stores that is over ends as an interruption; here it must not end whoever builds the next one.
    Effect.catchCauseIf(Cause.hasInterruptsOnly, () => new StoreConflict({ record: leaseRecord(writerScope) })),
  )
  return { term, context, scope }
})

const termOf = (options: ProxyOptions, keeper: LeaseKeeper): Term => {
  const held = keeper.held()
  if (held === null) return { role: "following", fence: null, mayAct: () => false, graceMs: 0 }
  const { token, isTakenOver } = held
  return {
    role: "leading",
    fence: { scope: writerScope, token },
    mayAct: () => keeper.mayAct(token),
    graceMs: isTakenOver ? options.writeTimeoutMs : 0,
  }
}

const isCurrent = ({ fence }: Term, keeper: LeaseKeeper): boolean =>
  (fence?.token ?? null) === (keeper.held()?.token ?? null)

const noWriter = errorResponse(
  errorBody("miroir_no_writer", "No proxy may write at the moment: another one takes over within seconds."),
)
const knowsTooLittle = errorResponse(
  errorBody(
    "miroir_stale_topology",
    "The store of the cluster has not answered for minutes: nobody knows what is current.",
  ),
)
const outcomeUnknown = errorResponse(
  errorBody("miroir_no_quorum", "The proxy that was writing stopped to lead: the outcome of the write is unknown."),
)
