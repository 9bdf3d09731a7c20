import { mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { Data, Effect, type Scope } from "effect"
import { awaitHealth } from "./await-health.ts"
import { type ChildProgram, type ProgramExit, startProgram } from "./child-program.ts"
import { engineCommand, type EngineCommandOptions } from "./engine-command.ts"
import { isPortFree } from "./free-port.ts"

/** The data directory is made when it is missing. */
export interface EngineOptions extends EngineCommandOptions {
  /** What the engine prints is appended here. */
  readonly logFile: string
  /** How long it may take until it answers. */
  readonly startDeadlineMs?: number
}

/** The engine did not start; the message ends with what it printed last. */
export class EngineFailed extends Data.TaggedError("EngineFailed")<{ readonly message: string }> {}

export interface RunningEngine {
  readonly url: string
  readonly pid: number
  /** Completes when the process has ended, wanted or not. */
  readonly exited: Effect.Effect<ProgramExit>
}

/**
 * Runs one engine on loopback until the scope closes: with SIGTERM, and with SIGKILL when that is not enough.
 * Ready when `/health` answers 200. It is a process group of its own, so that Ctrl-C in a terminal reaches only us.
 */
export const runEngine = (options: EngineOptions): Effect.Effect<RunningEngine, EngineFailed, Scope.Scope> =>
  Effect.gen(function* () {
    // Else another engine on that port would answer for ours while ours gives up.
    if (!(yield* Effect.promise(() => isPortFree(options.port)))) {
      return yield* new EngineFailed({ message: `port ${options.port} on 127.0.0.1 is taken by another process` })
    }
    const program = yield* Effect.acquireRelease(start(options), (program) =>
      Effect.promise(() => program.end("SIGTERM")),
    )
    const url = `http://127.0.0.1:${options.port}`
    yield* Effect.tryPromise({
      try: (abandoned) =>
        awaitHealth(`${options.binary} on ${url}`, url, program, { deadlineMs: options.startDeadlineMs, abandoned }),
      catch: engineFailed,
    })
    return { url, pid: program.pid, exited: Effect.promise(() => program.exited) }
  })

const start = (options: EngineOptions): Effect.Effect<ChildProgram, EngineFailed> =>
  Effect.tryPromise({
    try: () => {
      mkdirSync(options.dataDirectory, { recursive: true })
      mkdirSync(dirname(options.logFile), { recursive: true })
      return startProgram({ ...engineCommand(options), logFile: options.logFile, hasOwnGroup: true })
    },
    catch: engineFailed,
  })

const engineFailed = (error: unknown): EngineFailed => new EngineFailed({ message: (error as Error).message })
