import { spawn, type ChildProcess } from "node:child_process"
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import { Data, Deferred, Effect, type Scope } from "effect"
import { isPortFree } from "./free-port.ts"

export interface EngineOptions {
  /** The program, see `findEngine`. */
  readonly binary: string
  /** Where the engine keeps its data; made when missing. */
  readonly dataDirectory: string
  /** On loopback. */
  readonly port: number
  readonly masterKey: string | null
  /** What the engine prints is appended here. */
  readonly logFile: string
  /** How long it may take until it answers. */
  readonly startDeadlineMs?: number
}

/** The engine did not start; the message ends with what it printed last. */
export class EngineFailed extends Data.TaggedError("EngineFailed")<{ readonly message: string }> {}

export interface EngineExit {
  readonly code: number | null
  readonly signal: string | null
}

export interface RunningEngine {
  readonly url: string
  readonly pid: number
  /** Completes when the process has ended, wanted or not. */
  readonly exited: Effect.Effect<EngineExit>
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
    const exit = yield* Deferred.make<EngineExit>()
    const child = yield* Effect.acquireRelease(start(options, exit), (child) => end(child, exit))
    const url = `http://127.0.0.1:${options.port}`
    const deadlineMs = options.startDeadlineMs ?? startDeadlineMs
    yield* Effect.raceFirst(
      untilHealthy(url, deadlineMs),
      Effect.map(
        Deferred.await(exit),
        ({ code, signal }) => `it ended (${signal ?? `code ${code}`}) before it answered`,
      ),
    ).pipe(
      Effect.flatMap((problem) =>
        problem === null
          ? Effect.void
          : new EngineFailed({ message: `${options.binary} on ${url}: ${problem}\n${lastLines(options.logFile)}` }),
      ),
    )
    return { url, pid: child.pid ?? 0, exited: Deferred.await(exit) }
  })

/** A first start on a busy machine maps and syncs several files; it usually takes well under a second. */
const startDeadlineMs = 60_000
const healthIntervalMs = 50
/** How long an engine may take to finish what it writes before it is killed. It survives being killed, too. */
const terminationMs = 8_000

const start = (
  options: EngineOptions,
  exit: Deferred.Deferred<EngineExit>,
): Effect.Effect<ChildProcess, EngineFailed> =>
  Effect.callback((resume) => {
    mkdirSync(options.dataDirectory, { recursive: true })
    mkdirSync(dirname(options.logFile), { recursive: true })
    const log = openSync(options.logFile, "a")
    const child = spawn(options.binary, engineArguments(options), {
      cwd: dirname(options.dataDirectory),
      env: engineEnvironment(options.masterKey),
      stdio: ["ignore", log, log],
      detached: true,
    })
    closeSync(log)
    // The last resort, for an end of ours that closes no scope.
    const kill = (): void => void child.kill("SIGKILL")
    process.once("exit", kill)
    child.once("exit", (code, signal) => {
      process.off("exit", kill)
      Deferred.doneUnsafe(exit, Effect.succeed({ code, signal }))
    })
    child.once("error", (error) =>
      resume(new EngineFailed({ message: `${options.binary} cannot be run: ${error.message}` })),
    )
    child.once("spawn", () => resume(Effect.succeed(child)))
  })

const engineArguments = ({ dataDirectory, port }: EngineOptions): ReadonlyArray<string> => [
  "--no-analytics",
  "--max-indexing-memory=200MB",
  "--max-indexing-threads=1",
  `--db-path=${dataDirectory}`,
  `--dump-dir=${dataDirectory}.dumps`,
  `--snapshot-dir=${dataDirectory}.snapshots`,
  `--http-addr=127.0.0.1:${port}`,
]

/** Only what is said here configures the engine. The key goes this way because everybody can read the arguments of a process. */
const engineEnvironment = (masterKey: string | null): Record<string, string | undefined> => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MEILI_"))
  const key = masterKey === null ? {} : { MEILI_MASTER_KEY: masterKey }
  return { ...Object.fromEntries(inherited), ...key, NO_COLOR: "1" }
}

/** Null when it answers; else what was waited for in vain. */
const untilHealthy = (url: string, deadlineMs: number): Effect.Effect<string | null> =>
  Effect.gen(function* () {
    while (!(yield* isHealthy(url))) yield* Effect.sleep(healthIntervalMs)
    return null
  }).pipe(
    Effect.timeoutOrElse({
      duration: deadlineMs,
      orElse: () => Effect.succeed(`GET /health was not answered with 200 within ${deadlineMs} ms`),
    }),
  )

const isHealthy = (url: string): Effect.Effect<boolean> =>
  Effect.promise(async (signal) => {
    try {
      return (await fetch(`${url}/health`, { signal })).ok
    } catch {
      return false
    }
  })

const end = (child: ChildProcess, exit: Deferred.Deferred<EngineExit>): Effect.Effect<void> =>
  Effect.gen(function* () {
    child.kill("SIGTERM")
    const kill = Effect.sync(() => child.kill("SIGKILL")).pipe(Effect.andThen(Deferred.await(exit)))
    yield* Effect.timeoutOrElse(Deferred.await(exit), { duration: terminationMs, orElse: () => kill })
  })

const lastLines = (logFile: string): string => {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-15)
  return `last lines of ${logFile}:\n${lines.map((line) => `  ${line}`).join("\n")}`
}
