import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { type Trace, openTrace } from "#adapters/trace/open-trace.ts"
import type { TraceNotOpened } from "#adapters/trace/trace-writer.ts"
import type { Config } from "./config/config-schema.ts"
import { projectDirectory } from "./engine/engine-package.ts"

/** The trace that the configuration wants; null: none. */
export const traceOf = (config: Config): Effect.Effect<Trace | null, TraceNotOpened, Scope.Scope> => {
  const { path, bodies, body_limit_bytes, buffer_bytes, file_limit_bytes } = config.trace
  if (path === null) return Effect.succeed(null)
  return openTrace({
    path,
    bodies,
    bodyBytesMax: body_limit_bytes,
    bufferBytesMax: buffer_bytes,
    fileBytesMax: file_limit_bytes,
    version: ownVersion(),
    isSecured: config.master_key !== null,
    secrets: [config.master_key, config.node_master_key].filter((secret) => secret !== null),
  })
}

const ownVersion = (): string => {
  const manifest = JSON.parse(readFileSync(join(projectDirectory, "package.json"), "utf8")) as {
    readonly version: string
  }
  return manifest.version
}
