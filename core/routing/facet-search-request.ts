import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"

/** What the proxy must understand of `POST /facet-search`; the rest is passed on, also what the engine does not know. */
export interface FacetSearchRequest {
  readonly body: JsonObject
  readonly facetName: string
  readonly facetQuery: string | null
  readonly filter: Json | undefined
}

/** null where a node should say what is wrong. */
export const readFacetSearchBody = (value: Json): FacetSearchRequest | null => {
  if (!isJsonObject(value)) return null
  const facetName = value["facetName"]
  const facetQuery = value["facetQuery"] ?? null
  const filter = value["filter"] ?? undefined
  if (typeof facetName !== "string" || (facetQuery !== null && typeof facetQuery !== "string")) return null
  if (filter !== undefined && typeof filter !== "string" && !Array.isArray(filter)) return null
  return { body: value, facetName, facetQuery, filter }
}
