import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { mergeEmbedder } from "./merge-embedder.ts"

/** Settings whose patch is merged member by member; all others are replaced as a whole. */
const mergedSettings: ReadonlySet<string> = new Set(["typoTolerance", "faceting", "pagination", "embedders", "chat"])
/** Members of merged settings that are merged once more. */
const mergedMembers: ReadonlySet<string> = new Set(["minWordSizeForTypos", "searchParameters"])

/** What a client wants after a patch: `null` resets, so the member disappears and the engine's default holds. */
export const mergeDesiredSettings = (desired: JsonObject, patch: JsonObject): JsonObject => {
  const merged = new Map(Object.entries(desired))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) merged.delete(name)
    else if (mergedSettings.has(name) && isJsonObject(value))
      merged.set(name, mergeMembers(merged.get(name), value, name))
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

const mergeMembers = (current: Json | undefined, patch: JsonObject, setting: string): JsonObject => {
  const merged = new Map(isJsonObject(current) ? Object.entries(current) : [])
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) merged.delete(name)
    else merged.set(name, isJsonObject(value) ? mergeMember(merged.get(name), value, name, setting) : value)
  }
  return Object.fromEntries(merged)
}

const mergeMember = (current: Json | undefined, patch: JsonObject, name: string, setting: string): JsonObject => {
  if (setting === "embedders") return mergeEmbedder(isJsonObject(current) ? current : null, patch)
  return mergedMembers.has(name) ? mergeMembers(current, patch, name) : patch
}

/** What searches need of a client's settings, because the nodes hold other values or none. */
export interface MergeSettings {
  /** null: all attributes are displayed. */
  readonly displayedAttributes: ReadonlyArray<string> | null
  readonly maxTotalHits: number
  readonly maxValuesPerFacet: number
  readonly sortFacetValuesBy: Readonly<Record<string, "alpha" | "count">>
  readonly distinctAttribute: string | null
}

/** Defaults of Meilisearch v1.50, the same since v1.0. */
const maxTotalHitsDefault = 1000
const maxValuesPerFacetDefault = 100

export const mergeSettingsOf = (desired: JsonObject): MergeSettings => {
  const pagination = isJsonObject(desired["pagination"]) ? desired["pagination"] : {}
  const faceting = isJsonObject(desired["faceting"]) ? desired["faceting"] : {}
  const displayed = desired["displayedAttributes"]
  const distinct = desired["distinctAttribute"]
  return {
    displayedAttributes: isStringList(displayed) && !displayed.includes("*") ? displayed : null,
    maxTotalHits: asNumber(pagination["maxTotalHits"], maxTotalHitsDefault),
    maxValuesPerFacet: asNumber(faceting["maxValuesPerFacet"], maxValuesPerFacetDefault),
    sortFacetValuesBy: { "*": "alpha", ...asOrders(faceting["sortFacetValuesBy"]) },
    distinctAttribute: typeof distinct === "string" ? distinct : null,
  }
}

export const isStringList = (value: Json | undefined): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

const asNumber = (value: Json | undefined, otherwise: number): number => (typeof value === "number" ? value : otherwise)

const asOrders = (value: Json | undefined): MergeSettings["sortFacetValuesBy"] =>
  Object.fromEntries(
    Object.entries(isJsonObject(value) ? value : {}).flatMap(([name, order]) =>
      order === "alpha" || order === "count" ? [[name, order] as const] : [],
    ),
  )

/** Number of searchable attributes that are ranked apart; 1 where all attributes are searched alike. */
export const searchableCountOf = (desired: JsonObject): number => {
  const searchable = desired["searchableAttributes"]
  return isStringList(searchable) && !searchable.includes("*") ? searchable.length : 1
}
