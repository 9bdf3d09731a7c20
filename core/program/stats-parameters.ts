import type { EngineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"

/** How a client wants statistics to be told. */
export interface StatsParameters {
  /** Sizes as text, `1.25 MiB`, instead of bytes. */
  readonly isHuman: boolean
  readonly withInternalSizes: boolean
}

/** Null where a node should say what is wrong. Older engines ignore whatever is asked here. */
export const readStatsParameters = (query: string, capabilities: EngineCapabilities): StatsParameters | null => {
  const parameters = { isHuman: false, withInternalSizes: false }
  if (!capabilities.hasStatsParameters) return parameters
  for (const [name, text] of parseQuery(query)) {
    if (name === "sizeFormat" && (text === "raw" || text === "human")) parameters.isHuman = text === "human"
    else if (name === "showInternalDatabaseSizes" && (text === "true" || text === "false"))
      parameters.withInternalSizes = text === "true"
    else return null
  }
  return parameters
}

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]

/** `4 KiB`, `1.25 MiB`: the largest unit that leaves at least one, and two decimals where there are any. */
export const formatSize = (bytes: number): string => {
  let value = bytes
  let unit = 0
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024
  return `${Number(value.toFixed(2))} ${units[unit]}`
}
