import type { Config } from "./config-schema.ts"

/** What is wrong with a fleet although every key for itself is right. */
export const checkFleet = (config: Config): ReadonlyArray<string> => {
  const { groups, replication_factor: replicationFactor } = config.fleet
  const nodes = groups.flatMap((group, groupNumber) =>
    group.nodes.map((node, nodeNumber) => ({ ...node, at: `fleet.groups[${groupNumber}].nodes[${nodeNumber}]` })),
  )
  return [
    ...repeated(groups.map((group, number) => ({ value: group.id, at: `fleet.groups[${number}].id` }))),
    ...repeated(nodes.map((node) => ({ value: node.id, at: `${node.at}.id` }))),
    ...nodes.flatMap((node) => {
      const problem = urlProblem(node.url)
      return problem === null ? [] : [`${node.at}.url: ${problem}, got "${withoutCredentials(node.url)}"`]
    }),
    // Two names for one server would make every replica there count twice.
    ...repeated(nodes.map((node) => ({ value: withoutSlash(node.url), at: `${node.at}.url` }))),
    ...groups
      .filter((group) => group.nodes.length < replicationFactor)
      .map(
        (group) =>
          `fleet.replication_factor is ${replicationFactor}, but group "${group.id}" has ${group.nodes.length} ` +
          `node${group.nodes.length === 1 ? "" : "s"}: each replica of a shard needs a node of its own`,
      ),
  ]
}

/** `http://host:7700/` and `http://host:7700` are one server; the rest of the program knows the second form only. */
export const withoutSlash = (url: string): string => url.replace(/\/$/, "")

const urlProblem = (url: string): string | null => {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:") || !/^https?:\/\//i.test(url)) {
    return 'expected a URL like "http://10.0.0.7:7700"'
  }
  if (parsed.username !== "" || parsed.password !== "") return "a URL must not carry credentials: use node_master_key"
  const isBare = parsed.pathname === "/" && !/[?#]/.test(url)
  return isBare ? null : "expected a URL without a path, query or fragment"
}

const withoutCredentials = (url: string): string => url.replace(/\/\/.*@/, "//…@")

const repeated = (values: ReadonlyArray<{ readonly value: string; readonly at: string }>): ReadonlyArray<string> => {
  const firsts = new Map<string, string>()
  return values.flatMap(({ value, at }) => {
    const first = firsts.get(value)
    if (first !== undefined) return [`${at}: "${withoutCredentials(value)}" is already taken by ${first}`]
    firsts.set(value, at)
    return []
  })
}
