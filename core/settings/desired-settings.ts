import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"

/** Settings whose patch is merged member by member; all others are replaced as a whole. */
const mergedSettings: ReadonlySet<string> = new Set(["typoTolerance", "faceting", "pagination", "embedders", "chat"])
/** Members of merged settings that are merged once more. */
const mergedMembers: ReadonlySet<string> = new Set(["minWordSizeForTypos"])

/** What a client wants after a patch: `null` resets, so the member disappears and the engine's default holds. */
export const mergeDesiredSettings = (desired: JsonObject, patch: JsonObject): JsonObject => {
  const merged: Record<string, Json | undefined> = { ...desired }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete merged[name]
    else
      merged[name] = mergedSettings.has(name) && isJsonObject(value) ? mergeMembers(merged[name], value, name) : value
  }
  return merged
}

const mergeMembers = (current: Json | undefined, patch: JsonObject, setting: string): JsonObject => {
  const merged: Record<string, Json | undefined> = isJsonObject(current) ? { ...current } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete merged[name]
    else if (isJsonObject(value) && (mergedMembers.has(name) || setting === "embedders"))
      merged[name] = mergeMembers(merged[name], value, name)
    else merged[name] = value
  }
  return merged
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

const asOrders = (value: Json | undefined): Record<string, "alpha" | "count"> => {
  const orders: Record<string, "alpha" | "count"> = {}
  if (isJsonObject(value))
    for (const [name, order] of Object.entries(value)) if (order === "alpha" || order === "count") orders[name] = order
  return orders
}

/** Number of searchable attributes that are ranked apart; 1 where all attributes are searched alike. */
export const searchableCountOf = (desired: JsonObject): number => {
  const searchable = desired["searchableAttributes"]
  return isStringList(searchable) && !searchable.includes("*") ? searchable.length : 1
}
