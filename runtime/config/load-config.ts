import { Result, Schema } from "effect"
import { isJsonObject } from "#core/prelude/json.ts"
import { checkFleet, withoutSlash } from "./check-fleet.ts"
import { pathName, settableKeys } from "./config-names.ts"
import { type Config, ConfigSchema } from "./config-schema.ts"
import { explainIssues } from "./explain-issues.ts"
import { parseYaml } from "./parse-yaml.ts"
import { type Override, readFlags, readVariables } from "./read-overrides.ts"

/** Where a configuration comes from; a flag stands above a variable, and a variable above the file. */
export interface ConfigSources {
  /** Text of the configuration file (YAML or JSON); null where there is none. */
  readonly file: string | null
  /** `MIROIR_…` count, others are passed over. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** By name without the dashes. `dev: true` is no setting: it allows empty keys. */
  readonly flags: Readonly<Record<string, string | boolean>>
  /** Reads the file that a `MIROIR_…_FILE` names; throws where it cannot. */
  readonly readText: (path: string) => string
}

export type LoadedConfig =
  | { readonly tag: "config"; readonly config: Config }
  /** Sentences for the operator, all that are wrong at once. */
  | { readonly tag: "problems"; readonly problems: ReadonlyArray<string> }

/** Puts the sources together and checks the whole. Pure but for `readText`. */
export const loadConfig = (sources: ConfigSources): LoadedConfig => {
  const { dev, ...flags } = sources.flags
  const file = readFile(sources.file)
  if (file.tag === "problem") return { tag: "problems", problems: [file.problem] }
  const fromVariables = readVariables(sources.env, sources.readText)
  const fromFlags = readFlags(flags)
  const overrides = [...fromVariables.values, ...fromFlags.values]

  const tree = structuredClone(file.value)
  for (const one of overrides) put(tree, one.key.path, one.value)
  const emptyKeys = settleEmptyKeys(tree, dev === true || dev === "true")
  for (const key of settableKeys) put(tree, key.path, key.documentation.default, "unless it is there")

  const checked = check(tree, overrides)
  const problems = [...fromVariables.problems, ...fromFlags.problems, ...emptyKeys]
  if (checked.tag === "problems") return { tag: "problems", problems: [...problems, ...checked.problems] }
  return problems.length === 0 ? checked : { tag: "problems", problems }
}

type Tree = Record<string, unknown>

const readFile = (
  text: string | null,
): { readonly tag: "value"; readonly value: Tree } | { readonly tag: "problem"; readonly problem: string } => {
  const parsed = parseYaml(text ?? "")
  if (parsed.tag === "problem") return { tag: "problem", problem: `the configuration file: ${parsed.problem}` }
  // An empty file, or one of comments only.
  if (parsed.value === null) return { tag: "value", value: {} }
  return isJsonObject(parsed.value)
    ? { tag: "value", value: { ...parsed.value } }
    : { tag: "problem", problem: "the configuration file: expected keys with values at the top" }
}

/** Puts a value at its place. Where something else than a group stands in the way it stays, and the schema complains of it. */
const put = (tree: Tree, path: ReadonlyArray<string>, value: unknown, when?: "unless it is there"): void => {
  let group = tree
  for (const name of path.slice(0, -1)) {
    const below = Object.hasOwn(group, name) ? group[name] : (group[name] = {})
    if (typeof below !== "object" || below === null || Array.isArray(below)) return
    group = below as Tree
  }
  const last = path.at(-1) ?? ""
  if (when === undefined || !Object.hasOwn(group, last)) group[last] = value
}

/**
 * A key that is given and empty is nearly always a variable that was lost on the way, and would open the cluster to everybody.
 * Only a developer's fleet may do without; there an empty key is none.
 */
const settleEmptyKeys = (tree: Tree, isDev: boolean): ReadonlyArray<string> =>
  settableKeys.flatMap((key) => {
    const [name] = key.path
    if (!key.documentation.secret || name === undefined || !Object.hasOwn(tree, name)) return []
    const value = tree[name]
    if (value !== null && (typeof value !== "string" || value.trim() !== "")) return []
    tree[name] = null
    return isDev ? [] : [`${name} is empty: give it a value or remove it (only --dev allows an empty key)`]
  })

const check = (tree: Tree, overrides: ReadonlyArray<Override>): LoadedConfig => {
  const originOf = (path: string): string | null =>
    overrides.findLast((one) => path === pathName(one.key.path) || path.startsWith(`${pathName(one.key.path)}[`))
      ?.origin ?? null
  return Result.match(decode(tree), {
    onFailure: ({ issue }) => ({ tag: "problems", problems: explainIssues(issue, tree, originOf) }),
    onSuccess: (config) => {
      const problems = checkFleet(config)
      return problems.length > 0 ? { tag: "problems", problems } : { tag: "config", config: withBareUrls(config) }
    },
  })
}

const decode = Schema.decodeUnknownResult(ConfigSchema, { errors: "all", onExcessProperty: "error" })

const withBareUrls = (config: Config): Config => ({
  ...config,
  fleet: {
    ...config.fleet,
    groups: config.fleet.groups.map((group) => ({
      ...group,
      nodes: group.nodes.map((node) => ({ ...node, url: withoutSlash(node.url) })),
    })),
  },
})
