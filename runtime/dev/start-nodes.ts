import { join } from "node:path"
import { Effect, type Scope } from "effect"
import type { ListenError } from "#adapters/web/web-server.ts"
import { serveModelNode } from "../embedded/serve-model-node.ts"
import type { FoundEngine } from "../engine/find-engine.ts"
import { EngineFailed, runEngine } from "../engine/run-engine.ts"
import type { Platform } from "../platform.ts"
import { endLeftover } from "./end-leftover.ts"
import type { LocalFleet, LocalNode } from "./fleet-file.ts"

export interface StartedNode {
  readonly id: string
  readonly url: string
  /** Null for an embedded node, which has no process of its own. */
  readonly pid: number | null
}

export interface StartNodes {
  readonly fleet: LocalFleet
  /** Null starts embedded nodes. */
  readonly engine: FoundEngine | null
  readonly dataDirectory: string
  readonly nodeKey: string | null
  readonly platform: Platform
  /** Tells what happens to a node later. */
  readonly tell: (line: string) => void
}

/** Starts every node of a local fleet, all at the same time; they end with the scope. */
export const startNodes = (
  given: StartNodes,
): Effect.Effect<ReadonlyArray<StartedNode>, EngineFailed | ListenError, Scope.Scope> =>
  Effect.forEach(
    given.fleet.groups.flatMap(({ nodes }) => nodes),
    (node) => startNode(node, given),
    { concurrency: "unbounded" },
  )

const startNode = (
  node: LocalNode,
  given: StartNodes,
): Effect.Effect<StartedNode, EngineFailed | ListenError, Scope.Scope> =>
  given.engine === null ? startEmbedded(node, given) : startReal(node, given.engine, given)

const startEmbedded = ({ id, port }: LocalNode, { platform, nodeKey }: StartNodes) =>
  Effect.map(serveModelNode(platform, { port, masterKey: nodeKey }), ({ url }): StartedNode => ({ id, url, pid: null }))

const startReal = ({ id, port }: LocalNode, engine: FoundEngine, { dataDirectory, nodeKey, tell }: StartNodes) =>
  Effect.gen(function* () {
    const data = join(dataDirectory, "nodes", id)
    const logFile = join(dataDirectory, "nodes", `${id}.log`)
    if (yield* Effect.promise(() => endLeftover(data)))
      tell(`ended the engine of ${id} that a killed run had left behind`)
    const running = yield* Effect.mapError(
      runEngine({ binary: engine.path, dataDirectory: data, port, masterKey: nodeKey, logFile }),
      ({ message }) => new EngineFailed({ message: `node ${id} does not start: ${message}` }),
    )
    yield* Effect.forkScoped(
      Effect.map(running.exited, ({ code, signal }) =>
        tell(`node ${id} has ended (${signal ?? `code ${code}`}); the fleet goes on without it. Its log: ${logFile}`),
      ),
    )
    return { id, url: running.url, pid: running.pid }
  })
