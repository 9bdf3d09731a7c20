import type { FoundEngine } from "../engine/find-engine.ts"
import type { LocalFleet } from "./fleet-file.ts"
import type { StartedNode } from "./start-nodes.ts"

export interface Banner {
  readonly url: string
  readonly fleet: LocalFleet
  readonly nodes: ReadonlyArray<StartedNode>
  readonly engine: FoundEngine | null
  readonly masterKey: string | null
  /** Null when nothing is kept. */
  readonly dataDirectory: string | null
  readonly runtime: string
}

/** What a developer sees when the fleet is ready: what runs, where, and two commands that work. */
export const printBanner = ({ url, fleet, nodes, engine, masterKey, dataDirectory, runtime }: Banner): string => {
  const key = masterKey === null ? "" : ` -H 'Authorization: Bearer ${masterKey}'`
  const perGroup = fleet.groups[0]!.nodes.length
  const shape = `${fleet.groups.length} group${fleet.groups.length === 1 ? "" : "s"} × ${perGroup} node${perGroup === 1 ? "" : "s"}`
  return [
    "",
    `Miroir is ready on ${url} (${runtime}): ${shape}, replication factor ${fleet.replicationFactor}, ${fleet.shards} shards`,
    engineLine(engine),
    ...nodes.map(({ id, url, pid }) => `  ${id}  ${url}${pid === null ? "" : `  process ${pid}`}`),
    dataDirectory === null ? "Nothing is kept: all data is gone at the end." : `Data: ${dataDirectory}`,
    "",
    "Index and search:",
    `  curl -X POST ${url}/indexes/movies/documents${key} -H 'content-type: application/json' -d '[{"id":1,"title":"Solaris"}]'`,
    `  curl '${url}/indexes/movies/search?q=solaris'${key}`,
    "",
    "Ctrl-C ends all of it.",
    "",
  ].join("\n")
}

const engineLine = (engine: FoundEngine | null): string =>
  engine === null
    ? "ENGINE: EMBEDDED. These nodes are small imitations of Meilisearch; `npm run engine` fetches a real one for tests."
    : `Engine: Meilisearch at ${engine.path} (from ${engine.source === "cache" ? "`npm run engine`" : engine.source})`
