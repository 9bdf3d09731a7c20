import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { reservedPrefix, shardField } from "#core/protocol/hidden-fields.ts"
import { isStringList, mergeDesiredSettings, mergeSettingsOf } from "./desired-settings.ts"

// What stands in the settings of a physical index, as opposed to what the client asked for:
//  · the shard field is filterable, without facet search and without comparisons, which is what it costs least;
//  · every attribute is displayed: merging needs the primary key and the values of sorted fields, so the proxy
//    itself applies the client's `displayedAttributes`;
//  · nodes return many more facet values than the client will see, because a value just outside the top of one node may be
//    inside the top of the whole;
//  · nodes count far beyond the client's `maxTotalHits`: sums of capped totals would be wrong, and the total decides how the engine
//    orders facet values. No node is ever asked for more hits than the client may see.
// A value of the wrong type is passed on as it is, so that the node refuses it in its own words.

/** Facet values that nodes return per facet: some 200 KB of answer for an attribute with that many values. */
export const facetValuesMax = 10_000
/** More documents than a node can hold (its document ids have 32 bits). */
const totalHitsMax = 4_294_967_295

const hiddenFilterable: JsonObject = {
  attributePatterns: [shardField],
  features: { facetSearch: false, filter: { equality: true, comparison: false } },
}

/** The settings that make an index able to hold shards; sent before anything else, so that it also creates the index. */
const hiddenSettings: JsonObject = {
  filterableAttributes: [hiddenFilterable],
  faceting: { maxValuesPerFacet: facetValuesMax },
  pagination: { maxTotalHits: totalHitsMax },
}

/** A client's patch as the nodes get it. `desired` is the state before the patch. */
export const toPhysicalPatch = (patch: JsonObject, desired: JsonObject): JsonObject => {
  const physical: Record<string, Json | undefined> = { ...patch }
  if ("filterableAttributes" in patch)
    physical["filterableAttributes"] = physicalFilterable(patch["filterableAttributes"])
  if ("displayedAttributes" in patch) physical["displayedAttributes"] = physicalDisplayed(patch["displayedAttributes"])
  if ("faceting" in patch) physical["faceting"] = physicalFaceting(patch["faceting"], patch, desired)
  if ("pagination" in patch) physical["pagination"] = physicalPagination(patch["pagination"])
  return physical
}

/** All that a new replica of the index needs, in one patch. */
export const physicalSettings = (desired: JsonObject): JsonObject => ({
  ...hiddenSettings,
  ...toPhysicalPatch(desired, {}),
})

export const physicalFilterable = (value: Json | undefined): Json | undefined =>
  value === null ? [hiddenFilterable] : Array.isArray(value) ? [...value, hiddenFilterable] : value

export const physicalDisplayed = (value: Json | undefined): Json | undefined => (isStringList(value) ? ["*"] : value)

const physicalFaceting = (faceting: Json | undefined, patch: JsonObject, desired: JsonObject): Json | undefined => {
  if (faceting === null) return { maxValuesPerFacet: facetValuesMax, sortFacetValuesBy: null }
  if (!isJsonObject(faceting) || !isLimit(faceting["maxValuesPerFacet"], 0)) return faceting
  const { maxValuesPerFacet } = mergeSettingsOf(mergeDesiredSettings(desired, patch))
  return { ...faceting, maxValuesPerFacet: Math.max(facetValuesMax, maxValuesPerFacet) }
}

const physicalPagination = (pagination: Json | undefined): Json | undefined => {
  if (pagination === null) return { maxTotalHits: totalHitsMax }
  if (!isJsonObject(pagination) || !isLimit(pagination["maxTotalHits"], 1)) return pagination
  return { ...pagination, maxTotalHits: totalHitsMax }
}

const isLimit = (value: Json | undefined, least: number): boolean =>
  value === undefined || value === null || (typeof value === "number" && Number.isSafeInteger(value) && value >= least)

/** The settings that a client sees, from those that a node answered and those that the client asked for. */
export const toUserSettings = (answered: JsonObject, desired: JsonObject): JsonObject => {
  const user: Record<string, Json | undefined> = { ...answered }
  if ("filterableAttributes" in answered) user["filterableAttributes"] = withoutHidden(answered["filterableAttributes"])
  if ("displayedAttributes" in answered) user["displayedAttributes"] = displayedOf(desired)
  if (isJsonObject(answered["faceting"]))
    user["faceting"] = { ...answered["faceting"], maxValuesPerFacet: mergeSettingsOf(desired).maxValuesPerFacet }
  if (isJsonObject(answered["pagination"]))
    user["pagination"] = { ...answered["pagination"], maxTotalHits: mergeSettingsOf(desired).maxTotalHits }
  return user
}

/** The engine keeps each name once. */
const displayedOf = (desired: JsonObject): Json => {
  const displayed = desired["displayedAttributes"]
  return isStringList(displayed) ? [...new Set(displayed)] : ["*"]
}

const withoutHidden = (value: Json | undefined): Json | undefined =>
  Array.isArray(value) ? value.filter((entry) => !isHidden(entry)) : value

const isHidden = (entry: Json): boolean => {
  if (!isJsonObject(entry)) return typeof entry === "string" && entry.startsWith(reservedPrefix)
  const patterns = entry["attributePatterns"]
  return (
    isStringList(patterns) && patterns.length > 0 && patterns.every((pattern) => pattern.startsWith(reservedPrefix))
  )
}
