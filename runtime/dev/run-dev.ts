import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { Data, Effect, type Scope } from "effect"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { listenError } from "#adapters/web/web-server.ts"
import { findEngine, type FoundEngine } from "../engine/find-engine.ts"
import { freePortAbove, isPortFree } from "../engine/free-port.ts"
import type { Config } from "../config/config-schema.ts"
import type { Platform } from "../platform.ts"
import { lockData } from "./data-lock.ts"
import { devConfig } from "./dev-config.ts"
import type { DevOptions } from "./dev-options.ts"
import { FleetMismatch, openFleet } from "./fleet-file.ts"
import { printBanner } from "./print-banner.ts"
import { startNodes } from "./start-nodes.ts"

/** The fleet cannot be started; the message says why and what to do. */
export class CannotStart extends Data.TaggedError("CannotStart")<{ readonly message: string }> {}

export interface DevRuntime {
  readonly platform: Platform
  readonly startProxy: (
    config: Config,
    platform: Platform,
  ) => Effect.Effect<{ readonly port: number }, unknown, Scope.Scope>
  readonly print: (text: string) => void
}

/**
 * A local fleet until the scope closes. Order: look whether the port is free · take the data directory · start the nodes · start the
 * proxy. Everything that was started is ended in the opposite order, however far it came.
 */
export const runDev = (
  options: DevOptions,
  { platform, startProxy, print }: DevRuntime,
): Effect.Effect<{ readonly url: string }, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const engine = yield* chooseEngine(options)
    if (!(yield* Effect.promise(() => isPortFree(options.port)))) {
      const { message } = listenError("127.0.0.1", options.port, { code: "EADDRINUSE" })
      return yield* new CannotStart({ message: `${message}; end it, or give another --port` })
    }
    // Embedded nodes forget everything, so a store that remembers would only be wrong about them.
    const isEphemeral = options.isEphemeral || engine === null
    const dataDirectory = isEphemeral ? yield* temporaryDirectory : resolve(options.dataDirectory)
    yield* lockData(dataDirectory)
    const fleet = yield* Effect.tryPromise({
      try: () => openFleet(options, dataDirectory, freePortAbove),
      catch: (error) => (error instanceof FleetMismatch ? new CannotStart({ message: error.message }) : error),
    })
    const nodeKey = options.masterKey === null ? null : fleet.nodeKey
    print(`starting ${fleet.groups.flatMap(({ nodes }) => nodes).length} nodes …\n`)
    const tell = (line: string): void => print(`${line}\n`)
    const nodes = yield* startNodes({ fleet, engine, dataDirectory, nodeKey, platform, tell })
    const loaded = devConfig({ ...options, fleet, nodeKey, dataDirectory, isEphemeral })
    if (loaded.tag === "problems") return yield* new CannotStart({ message: loaded.problems.join("\n") })
    const { port } = yield* startProxy(loaded.config, platform)
    const url = `http://127.0.0.1:${port}`
    const kept = isEphemeral ? null : dataDirectory
    const { masterKey } = options
    print(printBanner({ url, fleet, nodes, engine, masterKey, dataDirectory: kept, runtime: platform.name }))
    return { url }
  }).pipe(Effect.provide(jsonLoggerLayer("warn")))

const chooseEngine = (options: DevOptions): Effect.Effect<FoundEngine | null, CannotStart> =>
  Effect.gen(function* () {
    if (options.engine === "embedded") return null
    const engine = yield* Effect.try({
      try: () => findEngine(),
      catch: (error) => new CannotStart({ message: (error as Error).message }),
    })
    if (engine === null && options.engine === "real") {
      return yield* new CannotStart({
        message:
          "There is no Meilisearch here. `npm run engine` fetches one, or say where it is: MEILISEARCH_BIN=/path/to/meilisearch.",
      })
    }
    return engine
  })

const temporaryDirectory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "miroir-"))),
  (directory) => Effect.sync(() => rmSync(directory, { recursive: true, force: true })),
)
