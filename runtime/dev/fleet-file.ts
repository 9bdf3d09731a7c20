import { randomBytes } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { DevOptions } from "./dev-options.ts"

/** A local fleet as it is remembered in `fleet.json`, so that ids, addresses and data stay together from start to start. */
export interface LocalFleet {
  readonly format: 1
  readonly replicationFactor: number
  readonly shards: number
  /** Master key of the nodes; used when the proxy has one, for then nobody shall go round it. */
  readonly nodeKey: string
  readonly groups: ReadonlyArray<LocalGroup>
}

export interface LocalGroup {
  readonly id: string
  readonly nodes: ReadonlyArray<LocalNode>
}

export interface LocalNode {
  readonly id: string
  /** On loopback. */
  readonly port: number
}

/** The flags say something else than the data directory, or something impossible; the message says what to do. */
export class FleetMismatch extends Error {
  override readonly name = "FleetMismatch"
}

/** The fleet of a data directory. The first start decides what it is; a later one may repeat the same flags or give none. */
export const openFleet = async (
  options: DevOptions,
  dataDirectory: string,
  takePortAbove: (port: number) => Promise<number>,
): Promise<LocalFleet> => {
  const path = join(dataDirectory, "fleet.json")
  if (existsSync(path)) {
    const fleet = readFleet(path)
    refuseDifferences(fleet, options, dataDirectory)
    return fleet
  }
  const fleet = await designFleet(options, takePortAbove)
  mkdirSync(dataDirectory, { recursive: true })
  // By way of another name: a start that is cut off here leaves no half a file.
  writeFileSync(`${path}.new`, `${JSON.stringify(fleet, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return fleet
}

const designFleet = async (
  options: DevOptions,
  takePortAbove: (port: number) => Promise<number>,
): Promise<LocalFleet> => {
  const nodesPerGroup = options.nodes ?? 3
  const replicationFactor = options.replicationFactor ?? Math.min(2, nodesPerGroup)
  if (replicationFactor > nodesPerGroup) {
    throw new FleetMismatch(
      `--rf ${replicationFactor} needs as many nodes in each group, but --nodes is ${nodesPerGroup}: raise --nodes or lower --rf`,
    )
  }
  // Beside the proxy's own port, so that fleets on different ports stay apart: 7700 for the proxy, 7701 … for its nodes.
  let port = options.port
  let count = 0
  const groups: Array<LocalGroup> = []
  for (let group = 1; group <= (options.groups ?? 1); group += 1) {
    const nodes: Array<LocalNode> = []
    while (nodes.length < nodesPerGroup) {
      port = await takePortAbove(port)
      nodes.push({ id: `n${++count}`, port })
    }
    groups.push({ id: `g${group}`, nodes })
  }
  const nodeKey = randomBytes(24).toString("base64url")
  return { format: 1, replicationFactor, shards: options.shards ?? 64, nodeKey, groups }
}

const readFleet = (path: string): LocalFleet => {
  try {
    const fleet = JSON.parse(readFileSync(path, "utf8")) as LocalFleet
    if (fleet.format === 1 && fleet.groups.length > 0) return fleet
  } catch {
    // Falls through: whatever is wrong with it, the advice is the same.
  }
  throw new FleetMismatch(
    `${path} is not a fleet that this version knows; give another --data directory, or delete that one`,
  )
}

const refuseDifferences = (fleet: LocalFleet, options: DevOptions, dataDirectory: string): void => {
  const stored = {
    nodes: fleet.groups[0]!.nodes.length,
    groups: fleet.groups.length,
    rf: fleet.replicationFactor,
    shards: fleet.shards,
  }
  const wanted = { nodes: options.nodes, groups: options.groups, rf: options.replicationFactor, shards: options.shards }
  const names = ["nodes", "groups", "rf", "shards"] as const
  const different = names.filter((name) => wanted[name] !== null && wanted[name] !== stored[name])
  if (different.length === 0) return
  throw new FleetMismatch(
    `The fleet in ${dataDirectory} is ${printFlags(stored, names)}; you asked for ${printFlags(wanted, different)}.\n` +
      `To go on with it, leave ${different.length === 1 ? "that flag" : "those flags"} out. ` +
      `For another fleet give --data <directory> or --ephemeral, or delete ${dataDirectory} and everything indexed in it.`,
  )
}

const printFlags = (values: Readonly<Record<string, number | null>>, names: ReadonlyArray<string>): string =>
  names.map((name) => `--${name} ${values[name]}`).join(" ")
