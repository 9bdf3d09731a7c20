import { allKeys, flagName, pathName, variableName, variablePrefix } from "./config-names.ts"
import type { ConfigKey } from "./documented-key.ts"
import { variableOfFile } from "./read-overrides.ts"

/** The reference page of the configuration, in Markdown. */
export const describeConfig = (): string => `${[introduction, ...allKeys.map(describeKey)].join("\n\n")}\n`

const introduction = `# Configuration

<!-- Generated from runtime/config/config-schema.ts: change that, then run \`npx vitest run -u --config .config/vitest.ts runtime/config\`. -->

A proxy reads its configuration from a YAML file, from variables of the environment that begin with \`${variablePrefix}\`, and from flags.
A flag stands above a variable, a variable above the file, the file above the default. Every key is checked before anything starts; a key, variable or flag that does not exist is an error that names the nearest one.
Secrets can also be read from a file: \`${variablePrefix}MASTER_KEY_FILE=/run/secrets/master-key\`. A secret that is given but empty is refused, except with \`--dev\`.

\`\`\`yaml
server:
  host: 0.0.0.0
fleet:
  replication_factor: 2
  groups:
    - id: main
      nodes:
        - { id: a, url: "http://10.0.0.1:7700" }
        - { id: b, url: "http://10.0.0.2:7700" }
\`\`\``

const describeKey = (key: ConfigKey): string => {
  const { expected, meaning, reason } = key.documentation
  return [
    `## ${pathName(key.path)}`,
    `${meaning}`,
    [`- Value: ${expected}`, `- Default: ${describeDefault(key)}`, `- Why: ${reason}`, ...describeNames(key)].join(
      "\n",
    ),
  ].join("\n\n")
}

const describeDefault = (key: ConfigKey): string => {
  const value = key.documentation.default
  if (value !== null) return `\`${JSON.stringify(value)}\``
  return key.path.includes("[]") ? "none, it must be given" : "not set"
}

const describeNames = (key: ConfigKey): ReadonlyArray<string> => {
  if (key.path.includes("[]")) return []
  const variables = [variableName(key), ...(key.documentation.secret ? [variableOfFile(key)] : [])]
  return [`- Set with: ${[...variables, flagName(key)].map((name) => `\`${name}\``).join(", ")}`]
}
