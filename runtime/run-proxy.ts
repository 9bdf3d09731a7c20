import { Cause, Effect, Exit, Fiber } from "effect"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { help, parseCommandLine } from "./command-line.ts"
import type { Config } from "./config/config-schema.ts"
import { printConfig } from "./config/print-config.ts"
import { readConfig } from "./config/read-config.ts"
import type { Platform } from "./platform.ts"
import { startProxy } from "./proxy.ts"

/** Exit code for a configuration or a command line that cannot be used: `EX_CONFIG` of sysexits. */
const configExitCode = 78

/** The whole life of a proxy process: reads its configuration, serves until a signal comes, and ends what it began. */
export const runProxy = async (platform: Platform, words: ReadonlyArray<string>): Promise<void> => {
  const parsed = parseCommandLine(words)
  if (parsed.tag === "wrong") return refuse([parsed.problem])
  const { command, configFile, flags } = parsed.line
  if (command === "help") return console.log(help)
  const loaded = readConfig(configFile, process.env, flags)
  if (loaded.tag === "problems") return refuse(loaded.problems)
  if (command === "check-config") return console.log("The configuration can be used.")
  if (command === "print-config") return console.log(printConfig(loaded.config).trimEnd())
  await serveUntilSignal(loaded.config, platform)
}

const serveUntilSignal = async (config: Config, platform: Platform): Promise<void> => {
  const program = Effect.gen(function* () {
    const { port } = yield* startProxy(config, platform)
    yield* Effect.logInfo("the proxy listens").pipe(
      Effect.annotateLogs({ host: config.server.host, port, runtime: platform.name }),
    )
    return yield* Effect.never
  }).pipe(Effect.scoped, Effect.provide(jsonLoggerLayer(config.log.level)))
  const fiber = Effect.runFork(program)
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => fiber.interruptUnsafe())
  const exit = await Effect.runPromise(Fiber.await(fiber))
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return process.exit(0)
  console.error(Cause.pretty(exit.cause))
  process.exit(1)
}

const refuse = (problems: ReadonlyArray<string>): void => {
  for (const problem of problems) console.error(problem)
  process.exitCode = configExitCode
}
