import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { type JsonKind, unknownField, wrongType } from "./deserr-messages.ts"
import { type ErrorBody, errorBody } from "./meilisearch-error.ts"
import { whyNoUrl } from "./why-no-url.ts"

/** Another Meilisearch that clients may name. */
interface Remote {
  readonly url: string
  readonly searchApiKey: string | null
  readonly writeApiKey: string | null
}

/** What clients have set of the network; names in order. */
export interface Network {
  readonly self: string | null
  readonly remotes: Readonly<Record<string, Remote>>
}

type Refused = { readonly tag: "refused"; readonly error: ErrorBody }
type Patched = { readonly tag: "patched"; readonly network: Network } | Refused

const refuse = (code: string, message: string): Refused => ({ tag: "refused", error: errorBody(code, message) })

/** The network after `PATCH /network`, or what is wrong with it in the engine's words (compared with v1.21.0). */
export const patchedNetwork = (before: Network, value: Json, fields: ReadonlyArray<string>): Patched => {
  const wrong = wrongShape(value, fields)
  if (wrong !== null) return wrong
  const { self = before.self, sharding = false, remotes: asked } = value as Patch
  const patched = asked === undefined ? ({ tag: "patched", network: before } as const) : patchRemotes(before, asked)
  if (patched.tag === "refused") return patched
  if (sharding === true && self === null) return refuse("invalid_network_sharding", shardingNeedsSelf)
  if (sharding === true) return refuse("miroir_not_supported", "The proxy shards the documents of its own nodes only.")
  return { tag: "patched", network: { ...patched.network, self } }
}

interface Patch {
  readonly self?: string | null
  readonly sharding?: boolean | null
  readonly remotes?: Readonly<Record<string, Partial<{ [K in keyof Remote]: string | null }> | null>> | null
}

const shardingNeedsSelf =
  "`.sharding`: enabling the sharding requires `.self` to be set\n  - Hint: Disable `sharding` or set `self` to a value."

const wrongShape = (value: Json, fields: ReadonlyArray<string>): Refused | null => {
  if (!isJsonObject(value)) return wrongKind("bad_request", "", "an object", value)
  for (const [name, member = null] of Object.entries(value as JsonObject)) {
    if (!fields.includes(name)) return refuse("bad_request", unknownField("", name, fields))
    if (member === null) continue
    const path = `.${name}`
    if (name === "self" && typeof member !== "string")
      return wrongKind("invalid_network_self", path, "a string", member)
    if (name === "sharding" && typeof member !== "boolean")
      return wrongKind("invalid_network_sharding", path, "a boolean", member)
    if (name !== "remotes") continue
    if (!isJsonObject(member)) return wrongKind("invalid_network_remotes", path, "an object", member)
    for (const [remote, given = null] of Object.entries(member as JsonObject)) {
      const wrong = given === null ? null : wrongRemote(`.remotes.${remote}`, given)
      if (wrong !== null) return wrong
    }
  }
  return null
}

const remoteCodes: ReadonlyMap<string, string> = new Map([
  ["url", "invalid_network_url"],
  ["searchApiKey", "invalid_network_search_api_key"],
  ["writeApiKey", "invalid_network_write_api_key"],
])

const wrongRemote = (path: string, value: Json): Refused | null => {
  if (!isJsonObject(value)) return wrongKind("invalid_network_remotes", path, "an object", value)
  for (const [name, member = null] of Object.entries(value as JsonObject)) {
    const code = remoteCodes.get(name)
    if (code === undefined) return refuse("invalid_network_remotes", unknownField(path, name, [...remoteCodes.keys()]))
    if (member !== null && typeof member !== "string") return wrongKind(code, `${path}.${name}`, "a string", member)
  }
  return null
}

const wrongKind = (code: string, path: string, expected: JsonKind, found: Json): Refused =>
  refuse(code, wrongType({ tag: "body", path }, [expected], found))

/** `null` takes all remotes away, or one. */
const patchRemotes = (before: Network, asked: Exclude<Patch["remotes"], undefined>): Patched => {
  const remotes = new Map(asked === null ? [] : Object.entries(before.remotes))
  for (const [name, patch] of Object.entries(asked ?? {})) {
    if (patch === null) {
      remotes.delete(name)
      continue
    }
    const had = remotes.get(name)
    const { url = had?.url, searchApiKey = had?.searchApiKey ?? null, writeApiKey = had?.writeApiKey ?? null } = patch
    const path = `.remotes.${name}.url`
    if (url === undefined || url === null) return refuse("missing_network_url", `Missing field \`${path}\``)
    const reason = whyNoUrl(url)
    if (reason !== null) return refuse("invalid_network_url", `Invalid \`${path}\` (\`${url}\`): ${reason}`)
    remotes.set(name, { url, searchApiKey, writeApiKey })
  }
  const inOrder = Object.fromEntries([...remotes].sort(([a], [b]) => (a < b ? -1 : 1)))
  return { tag: "patched", network: { ...before, remotes: inOrder } }
}
