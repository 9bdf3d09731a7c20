import { DateTime, Effect, type Scope } from "effect"
import type { Answer } from "#adapters/web/web-server.ts"
import type { Store } from "#core/ports/store.ts"
import type { CallerBook } from "#core/tracing/name-caller.ts"
import { type TraceBodies, traceVersion } from "#core/tracing/trace-line.ts"
import { recordRequests } from "./record-requests.ts"
import { startTraceOrder } from "./trace-order.ts"
import { openTraceWriter, type TraceNotOpened } from "./trace-writer.ts"
import { watchTaskEnds } from "./watch-task-ends.ts"

export interface TraceOptions {
  readonly path: string
  readonly bodies: TraceBodies
  readonly bodyBytesMax: number
  readonly bufferBytesMax: number
  readonly fileBytesMax: number
  /** Version of Miroir. */
  readonly version: string
  readonly secrets: ReadonlyArray<string>
  readonly isSecured: boolean
}

/** A trace of one run of a proxy: docs/traces.md. */
export interface Trace {
  readonly watchStore: (store: Store["Service"]) => Store["Service"]
  readonly recordRequests: (answer: Answer, book: CallerBook) => Answer
}

/** Opens the file and writes its first line. The trace ends with the scope. */
export const openTrace = (options: TraceOptions): Effect.Effect<Trace, TraceNotOpened, Scope.Scope> =>
  Effect.gen(function* () {
    const { path, bufferBytesMax, fileBytesMax, version, bodies, isSecured } = options
    const runFork = Effect.runForkWith(yield* Effect.context<never>())
    const onProblem = (reason: string): void =>
      void runFork(Effect.logWarning(reason).pipe(Effect.annotateLogs({ path })))
    const startedAt = DateTime.formatIso(yield* DateTime.now)
    const writer = yield* openTraceWriter(
      { path, bufferBytesMax, fileBytesMax, onProblem },
      { trace: traceVersion, miroir: version, startedAt, bodies, isSecured },
    )
    const order = startTraceOrder()
    return {
      watchStore: (store) => watchTaskEnds(store, writer, order),
      recordRequests: (answer, book) => recordRequests(answer, writer, order, { ...options, book }),
    }
  })
