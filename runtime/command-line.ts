/** What a person typed: switches and settings of a proxy. */
export interface CommandLine {
  readonly command: "run" | "check-config" | "print-config" | "help"
  /** Path of the configuration file; null: none. */
  readonly configFile: string | null
  /** Flags that set keys of the configuration, without their dashes. */
  readonly flags: Readonly<Record<string, string | boolean>>
}

export type ParsedCommandLine =
  { readonly tag: "parsed"; readonly line: CommandLine } | { readonly tag: "wrong"; readonly problem: string }

const commands: Readonly<Record<string, CommandLine["command"]>> = {
  "check-config": "check-config",
  "print-config": "print-config",
  help: "help",
}

/** Flags that take no value. */
const switches: ReadonlySet<string> = new Set(["dev"])

/** Reads `--name value`, `--name=value` and the switches. Which names exist is checked where the configuration is loaded. */
export const parseCommandLine = (words: ReadonlyArray<string>): ParsedCommandLine => {
  let command: CommandLine["command"] = "run"
  let configFile: string | null = null
  const flags: Record<string, string | boolean> = {}
  for (let position = 0; position < words.length; position++) {
    const word = words[position] ?? ""
    if (!word.startsWith("--"))
      return { tag: "wrong", problem: `"${word}" is no flag: flags begin with --, try --help` }
    const equals = word.indexOf("=")
    const name = word.slice(2, equals === -1 ? undefined : equals)
    if (Object.hasOwn(commands, name)) {
      command = commands[name]!
      continue
    }
    if (switches.has(name) && equals === -1) {
      flags[name] = true
      continue
    }
    const value = equals === -1 ? words[++position] : word.slice(equals + 1)
    if (value === undefined) return { tag: "wrong", problem: `--${name} needs a value` }
    if (name === "config") configFile = value
    else flags[name] = value
  }
  return { tag: "parsed", line: { command, configFile, flags } }
}

export const help = `miroir: a proxy that makes a fleet of Meilisearch nodes behave like one.

  miroir --config miroir.yaml        run a proxy
  miroir --config … --check-config   say what is wrong with the configuration, and end
  miroir --config … --print-config   print the whole configuration as it counts, secrets masked

A setting of the file can be given as a flag (--server.port 7701) or as a variable (MIROIR_SERVER__PORT=7701; for secrets
also MIROIR_MASTER_KEY_FILE=/run/secrets/key). A flag wins over a variable, a variable over the file. All settings with
their defaults: docs/reference/config.md. --dev allows empty keys.

To try Miroir without a fleet of your own: npm start`
