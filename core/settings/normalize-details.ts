import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { isStringList } from "./desired-settings.ts"

/** Settings that Meilisearch keeps as ordered sets, so that a task shows them sorted and without repetitions. */
const setSettings: ReadonlySet<string> = new Set([
  "stopWords",
  "nonSeparatorTokens",
  "separatorTokens",
  "dictionary",
  "sortableAttributes",
])
/** Settings whose reset a task shows as the wildcard rather than as null. */
const wildcardSettings: ReadonlySet<string> = new Set(["displayedAttributes", "searchableAttributes"])

/** The `details` of a settings task as Meilisearch shows them (measured on v1.21.0), from the client's patch. */
export const normalizeDetails = (patch: JsonObject): JsonObject => {
  const details: Record<string, Json | undefined> = {}
  for (const name of settingsOrder) if (name in patch) details[name] = normalizeSetting(name, patch[name] ?? null)
  for (const name of Object.keys(patch)) details[name] ??= normalizeSetting(name, patch[name] ?? null)
  return details
}

const settingsOrder: ReadonlyArray<string> = ["displayedAttributes", "searchableAttributes"]

const normalizeSetting = (name: string, value: Json): Json => {
  if (value === null) return wildcardSettings.has(name) ? ["*"] : null
  if (setSettings.has(name) && isStringList(value)) return [...new Set(value)].sort()
  if (name === "embedders" && isJsonObject(value)) return maskSecrets(value)
  if (name === "filterableAttributes" && Array.isArray(value)) return value.map(withFeatures)
  if (name === "typoTolerance" && isJsonObject(value)) return sortedMembers(value)
  return value
}

/** What a pattern allows when it does not say so. */
const featureDefaults = { facetSearch: false, filter: { equality: true, comparison: false } }

const withFeatures = (entry: Json): Json => {
  if (!isJsonObject(entry)) return entry
  const features = isJsonObject(entry["features"]) ? entry["features"] : {}
  const filter = isJsonObject(features["filter"]) ? features["filter"] : {}
  return {
    ...entry,
    features: { ...featureDefaults, ...features, filter: { ...featureDefaults.filter, ...filter } },
  }
}

/** The lists of typo tolerance are ordered sets. */
const sortedMembers = (settings: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(settings).map(([name, list]) => [name, isStringList(list) ? [...new Set(list)].sort() : list]),
  )

/** Keys shown of a secret: the same as Meilisearch shows, so that a person can tell two keys apart. */
const maskSecrets = (embedders: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(embedders).map(([name, embedder]) => {
      if (!isJsonObject(embedder) || typeof embedder["apiKey"] !== "string") return [name, embedder]
      return [name, { ...embedder, apiKey: maskSecret(embedder["apiKey"]) }]
    }),
  )

const maskSecret = (secret: string): string => {
  const shown = secret.length <= 10 ? 0 : secret.length <= 30 ? 2 : secret.length <= 40 ? 4 : 5
  return `${secret.slice(0, shown)}XXX...`
}
