import { ConfigSchema } from "./config-schema.ts"
import { type ConfigKey, listKeys } from "./documented-key.ts"

/** All keys, also those of the elements of lists. */
export const allKeys = listKeys(ConfigSchema)

/** The keys that stand in the file, the environment and the flags under their own name. */
export const settableKeys = allKeys.filter((key) => !key.path.includes("[]"))

/** `server.port`; inside lists `fleet.groups[0].id`, and `fleet.groups[].id` for any element. */
export const pathName = (path: ReadonlyArray<PropertyKey>): string =>
  path.reduce<string>((name, part) => {
    if (part === "[]") return `${name}[]`
    if (typeof part === "number") return `${name}[${part}]`
    return name === "" ? String(part) : `${name}.${String(part)}`
  }, "")

/** `MIROIR_SERVER__PORT` for `server.port`. */
export const variableName = (key: ConfigKey): string => `${variablePrefix}${key.path.join("__").toUpperCase()}`

export const variablePrefix = "MIROIR_"

/** `--server.port` for `server.port`. */
export const flagName = (key: ConfigKey): string => `--${pathName(key.path)}`

/** The documentation of the key at a path with numbers in it, or null where no key is. */
export const keyAt = (path: ReadonlyArray<PropertyKey>): ConfigKey | null => {
  const name = pathName(path.map((part) => (typeof part === "number" ? "[]" : part)))
  return allKeys.find((key) => pathName(key.path) === name) ?? null
}
