import { stringify } from "yaml"
import { settableKeys } from "./config-names.ts"
import type { Config } from "./config-schema.ts"

/** Stands for a secret that is set; it tells nothing of its length. */
export const mask = "********"

/** The configuration as a file that could be loaded again, secrets masked; a secret that is not set is left out. */
export const printConfig = (config: Config): string => stringify(masked(config), { lineWidth: 0 })

const masked = (config: Config): Record<string, unknown> => {
  const secrets = new Set(settableKeys.filter((key) => key.documentation.secret).map((key) => key.path[0]))
  return Object.fromEntries(
    Object.entries(config).flatMap(([name, value]) => {
      if (!secrets.has(name)) return [[name, value]]
      return value === null ? [] : [[name, mask]]
    }),
  )
}
