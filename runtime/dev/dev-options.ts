import { parseArgs } from "node:util"

/** What `npm start` was asked for; null where a flag was not given. */
export interface DevOptions {
  /** Nodes in each group. */
  readonly nodes: number | null
  readonly groups: number | null
  readonly replicationFactor: number | null
  readonly shards: number | null
  readonly engine: "auto" | "real" | "embedded"
  readonly port: number
  readonly isEphemeral: boolean
  readonly runtime: "node" | "bun" | null
  readonly dataDirectory: string
  readonly masterKey: string | null
  /** File for a trace of all requests with their bodies. */
  readonly trace: string | null
}

export type ParsedDevOptions =
  | { readonly kind: "run"; readonly options: DevOptions }
  | { readonly kind: "help" }
  /** A sentence that names the flag and what it takes. */
  | { readonly kind: "wrong"; readonly problem: string }

export const devHelp = `npm start -- [flags]      a local fleet of Meilisearch nodes and the proxy in front of it

  --nodes 3               nodes in each group
  --groups 1              replica groups; each holds every document, a search asks one of them
  --rf 2                  replicas of each shard inside a group; from 2 on a node may fail
  --shards 64             shards of a new index
  --engine auto           real: Meilisearch processes (MEILISEARCH_BIN, the PATH, or \`npm run engine\`)
                          embedded: small imitations inside this process, which forget everything at the end
                          auto: real when there is one
  --port 7700             where the proxy listens, on 127.0.0.1
  --data .miroir          where the fleet keeps its data; a later start goes on with it
  --ephemeral             use a temporary directory instead and remove it at the end
  --master-key KEY        clients need this key; without it everybody may do everything
  --trace FILE            append every request and its answer to FILE, secrets masked: docs/traces.md
  --runtime node          node or bun
  --help                  this text

Try it:
  curl -X POST 127.0.0.1:7700/indexes/movies/documents -H 'content-type: application/json' -d '[{"id":1,"title":"Solaris"}]'
  curl '127.0.0.1:7700/indexes/movies/search?q=solaris'
Then kill one of the nodes (their process ids are printed) and search again.
`

/** Reads the arguments behind `npm start --`. */
export const parseDevOptions = (args: ReadonlyArray<string>): ParsedDevOptions => {
  try {
    const { values } = parseArgs({ args: [...args], options: flags, allowPositionals: false })
    if (values.help === true) return { kind: "help" }
    return {
      kind: "run",
      options: {
        nodes: wholeNumber("nodes", values.nodes, 1, 100),
        groups: wholeNumber("groups", values.groups, 1, 100),
        replicationFactor: wholeNumber("rf", values.rf, 1, 64),
        shards: wholeNumber("shards", values.shards, 1, 16_807),
        engine: oneOf("engine", values.engine, ["auto", "real", "embedded"]) ?? "auto",
        port: wholeNumber("port", values.port, 1, 65_535) ?? 7700,
        isEphemeral: values.ephemeral ?? false,
        runtime: oneOf("runtime", values.runtime, ["node", "bun"]),
        dataDirectory: text("data", values.data) ?? ".miroir",
        masterKey: text("master-key", values["master-key"]),
        trace: text("trace", values.trace),
      },
    }
  } catch (error) {
    return { kind: "wrong", problem: (error as Error).message }
  }
}

const flags = {
  nodes: { type: "string" },
  groups: { type: "string" },
  rf: { type: "string" },
  shards: { type: "string" },
  engine: { type: "string" },
  port: { type: "string" },
  ephemeral: { type: "boolean" },
  runtime: { type: "string" },
  data: { type: "string" },
  "master-key": { type: "string" },
  trace: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const

const wholeNumber = (flag: string, given: string | undefined, from: number, to: number): number | null => {
  if (given === undefined) return null
  const value = /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN
  if (value >= from && value <= to) return value
  throw new Error(`--${flag} takes a whole number from ${from} to ${to}, not "${given}"`)
}

const oneOf = <A extends string>(flag: string, given: string | undefined, words: ReadonlyArray<A>): A | null => {
  if (given === undefined) return null
  const word = words.find((word) => word === given)
  if (word === undefined) throw new Error(`--${flag} takes ${words.join(", ")}, not "${given}"`)
  return word
}

const text = (flag: string, given: string | undefined): string | null => {
  if (given === "") throw new Error(`--${flag} takes a text that is not empty`)
  return given ?? null
}
