import { settableKeys, flagName, variableName, variablePrefix } from "./config-names.ts"
import type { ConfigKey } from "./documented-key.ts"
import { nearestName } from "./nearest-name.ts"
import { parseYaml } from "./parse-yaml.ts"

/** A value that stands above those of the file. */
export interface Override {
  readonly key: ConfigKey
  readonly value: unknown
  /** The variable or the flag that gave it. */
  readonly origin: string
}

export interface Overrides {
  readonly values: ReadonlyArray<Override>
  readonly problems: ReadonlyArray<string>
}

/**
 * The settings among the variables of the environment. A variable that begins with our prefix and is no setting is a problem,
 * but for those that Kubernetes makes by itself for a service named "miroir".
 */
export const readVariables = (
  env: Readonly<Record<string, string | undefined>>,
  readText: (path: string) => string,
): Overrides => {
  const values: Array<Override> = []
  const problems: Array<string> = []
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(variablePrefix)) continue
    const key = settableKeys.find((one) => variableName(one) === name)
    const keyOfFile = settableKeys.find((one) => one.documentation.secret && variableOfFile(one) === name)
    if (key !== undefined) {
      add({ values, problems }, key, text, name)
    } else if (keyOfFile === undefined) {
      if (!isServiceLink(name)) problems.push(unknownName(name, "a setting", settableKeys.map(variableName)))
    } else if (env[variableName(keyOfFile)] !== undefined) {
      problems.push(`${variableName(keyOfFile)} and ${name} are both set: keep one`)
    } else {
      const content = readSecret(text, readText)
      if (content === null) problems.push(`${name}: the file ${text} cannot be read`)
      else values.push({ key: keyOfFile, value: content, origin: name })
    }
  }
  return { values, problems }
}

/** Flags by name without the dashes: `{ "server.port": "7700" }`. A flag without a value is no setting. */
export const readFlags = (flags: Readonly<Record<string, string | boolean>>): Overrides => {
  const values: Array<Override> = []
  const problems: Array<string> = []
  for (const [name, text] of Object.entries(flags)) {
    const flag = `--${name}`
    const key = settableKeys.find((one) => flagName(one) === flag)
    if (key === undefined) problems.push(unknownName(flag, "a flag", settableKeys.map(flagName)))
    else if (typeof text === "boolean") problems.push(`${flag} needs a value: ${key.documentation.expected}`)
    else add({ values, problems }, key, text, flag)
  }
  return { values, problems }
}

/** `MIROIR_MASTER_KEY_FILE`: names a file that holds the value, as secrets are mounted into containers. */
export const variableOfFile = (key: ConfigKey): string => `${variableName(key)}_FILE`

const add = (
  { values, problems }: { readonly values: Array<Override>; readonly problems: Array<string> },
  key: ConfigKey,
  text: string,
  origin: string,
): void => {
  const wanted = key.documentation.default
  if (!Array.isArray(wanted)) {
    values.push({ key, value: typeof wanted === "number" ? asNumber(text) : text, origin })
    return
  }
  const parsed = parseYaml(text)
  if (parsed.tag === "value") values.push({ key, value: parsed.value, origin })
  else problems.push(`${origin}: not YAML or JSON: ${parsed.problem}`)
}

/** What is no decimal number stays a text, so that the message about it can quote it. */
const asNumber = (text: string): number | string => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text)

/** Without the line break at the end that nearly every editor and tool writes. */
const readSecret = (path: string, readText: (path: string) => string): string | null => {
  try {
    return readText(path).replace(/\r?\n$/, "")
  } catch {
    return null
  }
}

const unknownName = (name: string, what: string, names: ReadonlyArray<string>): string => {
  const nearest = nearestName(name, names)
  return `${name} is not ${what}${nearest === null ? "" : `; did you mean ${nearest}?`}`
}

/** `MIROIR_SERVICE_HOST`, `MIROIR_PORT_7700_TCP_ADDR` and the like; our own names always have two underscores before PORT. */
const isServiceLink = (name: string): boolean =>
  !name.includes("__") &&
  /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/.test(name)
