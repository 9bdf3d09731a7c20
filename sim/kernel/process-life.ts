import { Clock, Context, Duration, Effect, type Exit, Logger, Metric, Random, References, Scheduler } from "effect"
import { type Kernel, epochMs } from "./kernel.ts"

/*
 * One life of a simulated process: fibers, timers and answers that belong together and end together. `end` is a kill: no finalizer runs,
 * what was planned is forgotten, and what the world still sends to it arrives nowhere.
 */

export interface ProcessLife {
  readonly isAlive: () => boolean
  /** Runs an effect whose services are in `context`. `onExit` is not called when the life ends before. */
  readonly fork: <A, E, R>(
    effect: Effect.Effect<A, E, R>,
    context: Context.Context<R>,
    onExit: (exit: Exit.Exit<A, E>) => void,
  ) => void
  /** The same as `kernel.after`, as long as the process lives. */
  readonly after: (ms: number, fire: () => void) => () => void
  readonly end: () => void
  /** Nothing of it runs until `resume`; what should have happened meanwhile happens then. */
  readonly pause: () => void
  readonly resume: () => void
}

export interface LifeWatcher {
  /** A fiber of the process ended in a defect: what the program would call impossible. */
  readonly onDefect: (defect: unknown) => void
  readonly onLog: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

/** How the clock of a process differs from the time of the world. */
export interface ProcessClock {
  /** Of the wall clock; may change at any time. */
  readonly offsetMs: () => number
  /** How many milliseconds it counts too many in a second. */
  readonly driftPermille: number
}

const trueClock: ProcessClock = { offsetMs: () => 0, driftPermille: 0 }

export const startLife = (
  kernel: Kernel,
  name: string,
  watcher: LifeWatcher,
  clock: ProcessClock = trueClock,
): ProcessLife => {
  let isAlive = true
  let isPaused = false
  const missed: Array<() => void> = []
  const whenRunning = (run: () => void): void => {
    if (!isAlive) return
    if (isPaused) missed.push(run)
    else run()
  }
  const after = (ms: number, fire: () => void): (() => void) => {
    let isCanceled = false
    const appointment = kernel.after(ms, () =>
      whenRunning(() => {
        if (!isCanceled) fire()
      }),
    )
    return () => {
      isCanceled = true
      appointment.fire = null
    }
  }
  const scheduler: Scheduler.Scheduler = {
    executionMode: "sync",
    shouldYield: (fiber) => fiber.currentOpCount >= fiber.cache.maxOpsBeforeYield || kernel.mustYield(),
    makeDispatcher: () => ({
      scheduleTask: (task) => kernel.ready(() => whenRunning(task)),
      flush: () => {
        throw new Error("a program of the simulation ran an effect synchronously: it would leave the seeded order")
      },
    }),
  }
  const services = Context.empty().pipe(
    Context.add(Scheduler.Scheduler, scheduler),
    Context.add(Clock.Clock, virtualClock(kernel, after, clock)),
    Context.add(Random.Random, seededRandom(kernel, name)),
    Context.add(Metric.MetricRegistry, new Map()),
    Context.add(Metric.FiberRuntimeMetrics, {
      recordFiberStart: () => undefined,
      recordFiberEnd: (_context, exit) => {
        if (exit._tag !== "Failure") return
        for (const reason of exit.cause.reasons) if (reason._tag === "Die") watcher.onDefect(reason.defect)
      },
    }),
    Context.add(Logger.CurrentLoggers, new Set([watchingLogger(watcher)])),
  )
  return {
    isAlive: () => isAlive,
    after,
    fork: (effect, context, onExit) => {
      const fiber = Effect.runForkWith(Context.merge(context, services))(effect, { scheduler })
      fiber.addObserver((exit) => {
        if (isAlive) onExit(exit)
      })
    },
    end: () => void (isAlive = false),
    pause: () => void (isPaused = true),
    resume: () => {
      isPaused = false
      for (const run of missed.splice(0)) kernel.ready(() => whenRunning(run))
    },
  }
}

/** Time since the start of the world and waits go at the pace of the process; the wall clock shows something else besides. */
const virtualClock = (kernel: Kernel, after: ProcessLife["after"], clock: ProcessClock): Clock.Clock => {
  const pace = 1000 + clock.driftPermille
  const monotonicMs = () => Math.floor(((kernel.nowMs() - epochMs) * pace) / 1000)
  const wallMs = () => epochMs + monotonicMs() + clock.offsetMs()
  const nanosOf = (milliseconds: () => number) => () => BigInt(milliseconds()) * 1_000_000n
  const wallNanos = nanosOf(wallMs)
  const monotonicNanos = nanosOf(monotonicMs)
  return {
    currentTimeMillisUnsafe: wallMs,
    currentTimeMillis: Effect.sync(wallMs),
    currentTimeNanosUnsafe: wallNanos,
    currentTimeNanos: Effect.sync(wallNanos),
    monotonicTimeNanosUnsafe: monotonicNanos,
    monotonicTimeNanos: Effect.sync(monotonicNanos),
    sleep: (duration) => {
      const ms = Duration.toMillis(duration)
      if (!Number.isFinite(ms)) return Effect.never
      if (ms <= 0) return Effect.yieldNow
      return Effect.callback<void>((resume) => {
        const cancel = after((ms * 1000) / pace, () => resume(Effect.void))
        return Effect.sync(cancel)
      })
    },
  }
}

const seededRandom = (kernel: Kernel, name: string) => {
  const stream = kernel.draws.stream(`random of ${name}`)
  return { nextIntUnsafe: () => stream() | 0, nextDoubleUnsafe: () => stream() / 0x1_0000_0000 }
}

const watchingLogger = (watcher: LifeWatcher) =>
  Logger.make(({ message, fiber }) => {
    const parts = Array.isArray(message) ? message : [message]
    watcher.onLog(parts.map(String).join(" "), fiber.getRef(References.CurrentLogAnnotations))
  })
