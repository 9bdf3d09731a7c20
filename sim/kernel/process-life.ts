import { Clock, Context, Duration, Effect, type Exit, Logger, Metric, Random, References, Scheduler } from "effect"
import type { Kernel } from "./kernel.ts"

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

export const startLife = (kernel: Kernel, name: string, watcher: LifeWatcher): ProcessLife => {
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
    Context.add(Clock.Clock, virtualClock(kernel, after)),
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

const virtualClock = (kernel: Kernel, after: ProcessLife["after"]): Clock.Clock => {
  const nanos = () => BigInt(kernel.nowMs()) * 1_000_000n
  return {
    currentTimeMillisUnsafe: kernel.nowMs,
    currentTimeMillis: Effect.sync(kernel.nowMs),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) => {
      const ms = Duration.toMillis(duration)
      if (!Number.isFinite(ms)) return Effect.never
      if (ms <= 0) return Effect.yieldNow
      return Effect.callback<void>((resume) => {
        const cancel = after(ms, () => resume(Effect.void))
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
