import type { JsonObject } from "#core/prelude/json.ts"
import { formatMoment } from "#core/prelude/iso-time.ts"
import type { Hmac } from "./hmac.ts"

/** An API key as it is stored. The text that clients send is derived from the uid and the master key, and stored nowhere. */
export interface ApiKey {
  /** In lower case with hyphens. */
  readonly uid: string
  readonly name: string | null
  readonly description: string | null
  readonly actions: ReadonlyArray<string>
  /** Patterns: see index-pattern.ts. */
  readonly indexes: ReadonlyArray<string>
  /** As the engine prints it: with the offset and the decimals that the client gave. */
  readonly expiresAt: string | null
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number | null
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** What a client sends for a key: 64 digits, the same on every proxy and every node with this master key. */
export const textOfKey = (hmac: Hmac, masterKey: string, uid: string): string =>
  Array.from(hmac("sha256", masterKey, uid), (byte) => byte.toString(16).padStart(2, "0")).join("")

/** `text`: what `textOfKey` gives. */
export const viewKey = (key: ApiKey, text: string): JsonObject => ({
  name: key.name,
  description: key.description,
  key: text,
  uid: key.uid,
  actions: key.actions,
  indexes: key.indexes,
  expiresAt: key.expiresAt,
  createdAt: formatMoment(key.createdAtMs),
  updatedAt: formatMoment(key.updatedAtMs),
})

/** What a new cluster begins with; the engine lists the newest first, which is the last of these. Tried on v1.21.0. */
export const defaultKeys: ReadonlyArray<Pick<ApiKey, "name" | "description" | "actions" | "indexes">> = [
  {
    name: "Default Chat API Key",
    description: "Use it to chat and search from the frontend",
    actions: ["chatCompletions", "search"],
    indexes: ["*"],
  },
  {
    name: "Default Read-Only Admin API Key",
    description:
      "Use it to read information across the whole database. Caution! Do not expose this key on a public frontend",
    actions: ["*.get", "keys.get"],
    indexes: ["*"],
  },
  {
    name: "Default Admin API Key",
    description: "Use it for anything that is not a search operation. Caution! Do not expose it on a public frontend",
    actions: ["*"],
    indexes: ["*"],
  },
  {
    name: "Default Search API Key",
    description: "Use it to search from the frontend",
    actions: ["search"],
    indexes: ["*"],
  },
]
