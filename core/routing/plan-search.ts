import { andShardClause } from "#core/filter/and-shard-clause.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { Json, JsonObject } from "#core/prelude/json.ts"
import { hashText, makeHash64 } from "#core/prelude/xxhash64.ts"
import { versionField } from "#core/protocol/hidden-fields.ts"
import type { MergeSettings } from "#core/settings/desired-settings.ts"
import type { SearchRequest } from "./search-request.ts"
import { longEnough } from "./tie-window.ts"

/** What every node is asked, apart from the shard clause, and what the proxy must take out of the hits again. */
export interface SearchPlan {
  readonly bodyFor: (shards: ReadonlyArray<number>) => JsonObject
  readonly hidePrimaryKey: boolean
  readonly hideDistinct: boolean
  readonly distinct: string | null
  /** The distinct attribute as a facet that only we ask for: the values of all nodes make the exact total of pages. */
  readonly hideFacet: { readonly facet: string; readonly isOnly: boolean } | null
  readonly formattedAttributes: ReadonlyArray<string>
  /** With `*` among the facets the engine orders every facet as it orders `*`, whatever is set for one of them. */
  readonly sortFacetValuesBy: Readonly<Record<string, "alpha" | "count">>
  /** The same for every page of a query, so that page n+1 reads the replicas that page n has read. */
  readonly seed: number
}

/**
 * `hitsMax`: Meilisearch never returns hits beyond this many, so no node is asked for more. `needsScores`: hits are
 * compared with those of another query.
 */
export const planSearch = (
  request: SearchRequest,
  record: IndexRecord,
  settings: MergeSettings,
  { hitsMax = settings.maxTotalHits, needsScores = false } = {},
): SearchPlan => {
  const distinct = request.distinct ?? settings.distinctAttribute
  const wanted = wantedAttributes(request, settings)
  const extra = [record.primaryKey, distinct].filter((name): name is string => name !== null && !isWanted(wanted, name))
  const body: Record<string, Json | undefined> = {
    ...request.body,
    ...pagingOf(request, hitsMax, longEnough),
    showRankingScoreDetails: true,
    ...(needsScores ? { showRankingScore: true } : {}),
  }
  const hideFacet = facetToCount(request, record, distinct)
  if (hideFacet !== null) body["facets"] = [...facetsOf(request), hideFacet.facet]
  if (wanted !== null) body["attributesToRetrieve"] = [...wanted, ...new Set(extra), versionField]
  for (const name of ["attributesToHighlight", "attributesToCrop"])
    body[name] = onlyDisplayed(body[name], settings.displayedAttributes)
  const seed = seedOf(record, request)
  return {
    bodyFor: (shards) =>
      // One node's list has no ties with another one, and is asked for no longer: how far it looks decides some totals.
      shards.length === record.shardCount
        ? { ...body, ...pagingOf(request, hitsMax, asNeeded) }
        : { ...body, filter: andShardClause(request.filter, shards) },
    hidePrimaryKey: record.primaryKey !== null && extra.includes(record.primaryKey),
    hideDistinct: distinct !== null && extra.includes(distinct),
    distinct,
    hideFacet,
    formattedAttributes: [
      ...formatted(request.body["attributesToHighlight"]),
      ...formatted(request.body["attributesToCrop"]),
    ],
    sortFacetValuesBy: isAnyFacet(request.body["facets"])
      ? { "*": settings.sortFacetValuesBy["*"] ?? "alpha" }
      : settings.sortFacetValuesBy,
    seed,
  }
}

const facetsOf = (request: SearchRequest): ReadonlyArray<Json> =>
  Array.isArray(request.body["facets"]) ? request.body["facets"] : []

/** Only where a node can list it: it refuses facets of attributes that are not filterable. */
const facetToCount = (
  request: SearchRequest,
  record: IndexRecord,
  distinct: string | null,
): SearchPlan["hideFacet"] => {
  const facets = facetsOf(request)
  if (distinct === null || request.paging.tag === "offset" || facets.some((name) => name === "*" || name === distinct))
    return null
  const filterable = record.settings["filterableAttributes"]
  const isListed = request.distinct !== null || (Array.isArray(filterable) && filterable.includes(distinct))
  return isListed ? { facet: distinct, isOnly: (request.body["facets"] ?? null) === null } : null
}

/** Attributes that the client will see; null: all. */
const wantedAttributes = (request: SearchRequest, settings: MergeSettings): ReadonlyArray<string> | null => {
  const asked = request.attributesToRetrieve
  const displayed = settings.displayedAttributes
  if (asked === null || asked.includes("*")) return displayed
  return displayed === null ? asked : asked.filter((name) => isWanted(displayed, name))
}

/** A name selects itself and everything nested in it. */
const isWanted = (wanted: ReadonlyArray<string> | null, name: string): boolean =>
  wanted === null || wanted.some((selector) => name === selector || name.startsWith(`${selector}.`))

const onlyDisplayed = (value: Json | undefined, displayed: ReadonlyArray<string> | null): Json | undefined => {
  if (displayed === null || !Array.isArray(value)) return value
  return value.flatMap((entry) => {
    if (typeof entry !== "string") return [entry]
    const [name, length] = entry.split(":")
    if (name === "*") return displayed.map((attribute) => (length === undefined ? attribute : `${attribute}:${length}`))
    return isWanted(displayed, name ?? "") ? [entry] : []
  })
}

const formatted = (value: Json | undefined): ReadonlyArray<string> =>
  Array.isArray(value)
    ? value.flatMap((entry) => (typeof entry === "string" ? [entry.split(":")[0] ?? entry] : []))
    : []

const isAnyFacet = (value: Json | undefined): boolean => Array.isArray(value) && value.includes("*")

const asNeeded = (needed: number): number => needed

/** The first page of a node must be as long as everything up to the end of the page that was asked for. */
const pagingOf = (
  { paging }: SearchRequest,
  maxTotalHits: number,
  lengthFor: (needed: number) => number,
): JsonObject =>
  paging.tag === "offset"
    ? {
        offset: 0,
        limit: Math.min(lengthFor(paging.offset + paging.limit), maxTotalHits),
        page: undefined,
        hitsPerPage: undefined,
      }
    : {
        offset: undefined,
        limit: undefined,
        page: 1,
        hitsPerPage: Math.min(lengthFor(paging.page * paging.hitsPerPage), maxTotalHits),
      }

const hash = makeHash64()

const seedOf = (record: IndexRecord, request: SearchRequest): number => {
  hashText(`${record.physicalUid} ${request.query} ${JSON.stringify(request.filter ?? null)}`, hash)
  return hash[0] ?? 0
}
