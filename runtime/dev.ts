import { Cause, Effect, Exit, Fiber } from "effect"
import { devHelp, parseDevOptions, type DevOptions } from "./dev/dev-options.ts"
import { runUnder } from "./dev/run-under.ts"

/** `npm start`. Exit codes: 0 ended as asked, 1 could not start or broke, 2 wrong arguments. */
const main = async (args: ReadonlyArray<string>): Promise<number> => {
  const parsed = parseDevOptions(args)
  if (parsed.kind === "help") {
    process.stdout.write(devHelp)
    return 0
  }
  if (parsed.kind === "wrong") {
    process.stderr.write(`${parsed.problem}\n\nnpm start -- --help tells what there is.\n`)
    return 2
  }
  const { runtime } = parsed.options
  if (runtime !== null && runtime !== currentRuntime) return runUnder(runtime, import.meta.filename, args)
  return runUntilSignal(parsed.options)
}

const currentRuntime = process.versions["bun"] === undefined ? "node" : "bun"

/** Loaded when they are needed: `--help` and a wrong flag are answered at once, and the modules of the other runtime are never touched. */
const loadPlatform = async () =>
  currentRuntime === "bun"
    ? (await import("./platform.bun.ts")).bunPlatform
    : (await import("./platform.node.ts")).nodePlatform

const runUntilSignal = async (options: DevOptions): Promise<number> => {
  const [{ runDev }, { startProxy }, platform] = await Promise.all([
    import("./dev/run-dev.ts"),
    import("./proxy.ts"),
    loadPlatform(),
  ])
  const running = Effect.andThen(runDev(options, { platform, startProxy, print }), Effect.never)
  const fiber = Effect.runFork(Effect.scoped(running))
  let asked = false
  const end = (): void => {
    // Asked twice, it ends at once; what was started is killed on the way out.
    if (asked) process.exit(1)
    asked = true
    print("\nending …\n")
    fiber.interruptUnsafe()
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end)
  const exit = await Effect.runPromise(Fiber.await(fiber))
  if (asked || Exit.isSuccess(exit)) return 0
  process.stderr.write(`${explain(exit.cause)}\n`)
  return 1
}

const print = (text: string): void => void process.stdout.write(text)

/** Expected failures carry a sentence for whoever started this; anything else is a bug and shows where. */
const explain = (cause: Cause.Cause<unknown>): string => {
  const failure = cause.reasons.find(Cause.isFailReason)?.error
  if (typeof failure === "object" && failure !== null) {
    const { message, reason } = failure as { readonly message?: unknown; readonly reason?: unknown }
    if (typeof message === "string" && message !== "") return message
    if (typeof reason === "string") return reason
  }
  return Cause.pretty(cause)
}

process.exit(await main(process.argv.slice(2)))
