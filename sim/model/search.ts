import { coversAttribute } from "./attribute-patterns.ts"
import { countFacets, facetKey } from "./facets.ts"
import { filterDocuments } from "./filter-documents.ts"
import { formatDocument, matchesPosition, type FindRanges } from "./format-hit.ts"
import { allDocuments, inFieldOrder, type ModelIndex, type StoredDocument, tokenizerOf } from "./model-index.ts"
import { filterablePatterns, filterFeatures } from "./model-settings.ts"
import {
  compareRanked,
  float,
  type RankedDocument,
  type RankingRule,
  rankingScore,
  rankingScoreDetails,
} from "./ranking-scores.ts"
import { matchesPattern } from "./attribute-patterns.ts"
import { facetValues } from "./read-fields.ts"
import { readQuery } from "./read-query.ts"
import { refuse } from "./refusal.ts"
import { printRaw, type RawObject, type RawValue } from "./raw-json.ts"
import type { SearchRequest } from "./search-request.ts"
import { selectFields } from "./select-fields.ts"
import { parseSort, rankingRules, sortValue } from "./sort-rules.ts"

/** The members of a search answer, without its braces: filter, match, rank, remove duplicates, cut the page. */
export const answerSearch = (index: ModelIndex, uid: string, request: SearchRequest): string => {
  const sort = parseSort(request.sort, index.settings, { code: "invalid_search_sort", prefix: `Index \`${uid}\`: ` })
  if (sort.length > 0 && !index.settings.rankingRules.includes("sort")) {
    return refuse(
      "invalid_search_sort",
      `Index \`${uid}\`: You must specify where \`sort\` is listed in the rankingRules setting to use the sort parameter at search time.`,
    )
  }
  const distinct = distinctAttribute(index, uid, request)
  const rules = rankingRules(index.settings, sort, request.matchingStrategy)
  const allowed =
    request.filter === null
      ? allDocuments(index)
      : filterDocuments(index, request.filter, "invalid_search_filter", `Index \`${uid}\`: `)
  const query = readQuery(index, uid, request)
  const ranked = rankAll(allowed, query.select(allowed), rules)
  const kept = distinct === null ? ranked : removeDuplicates(ranked, index, distinct)
  const threshold = request.rankingScoreThreshold
  const found = threshold === null ? kept : kept.filter((one) => rankingScore(rules, one) >= threshold)
  const facets =
    request.facets === null
      ? null
      : countFacets(
          request.facets,
          index,
          found.map((one) => documentOf(index, one)),
        )
  const hits = page(found, index, request).map((one) => printRaw(hit(one, index, rules, request, query.findRanges)))
  const parts = [
    `"hits":[${hits.join(",")}]`,
    `"query":${JSON.stringify(request.q ?? "")}`,
    `"processingTimeMs":0`,
    pagination(found.length, index, request),
  ]
  if (facets !== null)
    parts.push(`"facetDistribution":${printRaw(facets.distribution)}`, `"facetStats":${printRaw(facets.stats)}`)
  return parts.join(",")
}

const documentOf = (index: ModelIndex, ranked: RankedDocument): StoredDocument => index.documents[ranked.document]!

const rankAll = (
  allowed: ReadonlyArray<StoredDocument>,
  relevancies: ReadonlyMap<number, RankedDocument["relevancy"]>,
  rules: ReadonlyArray<RankingRule>,
): ReadonlyArray<RankedDocument> => {
  const sorts = rules.filter((rule) => rule.tag === "sort")
  return allowed
    .flatMap(({ number, content }): ReadonlyArray<RankedDocument> => {
      const relevancy = relevancies.get(number)
      if (relevancy === undefined) return []
      return [{ document: number, relevancy, sortValues: sorts.map((rule) => sortValue(content, rule)) }]
    })
    .sort(compareRanked(rules))
}

const distinctAttribute = (index: ModelIndex, uid: string, request: SearchRequest): string | null => {
  if (request.distinct === null) return index.settings.distinctAttribute
  if (filterFeatures(index.settings, request.distinct, matchesPattern) !== null) return request.distinct
  const patterns = filterablePatterns(index.settings)
  const available =
    patterns.length === 0
      ? "This index does not have configured filterable attributes."
      : `Available filterable attributes patterns are: \`${patterns.join(", ")}\`.`
  return refuse(
    "invalid_search_distinct",
    `Index \`${uid}\`: Attribute \`${request.distinct}\` is not filterable and thus, cannot be used as distinct attribute. ${available}`,
  )
}

/** A document that shares any value with a better one is left out; documents without a value all stay. */
const removeDuplicates = (
  ranked: ReadonlyArray<RankedDocument>,
  index: ModelIndex,
  attribute: string,
): ReadonlyArray<RankedDocument> => {
  const seen = new Set<string>()
  return ranked.filter((one) => {
    const keys = facetValues(documentOf(index, one).content, attribute).map(facetKey)
    const isNew = !keys.some((key) => seen.has(key))
    if (isNew) for (const key of keys) seen.add(key)
    return isNew
  })
}

const page = (
  found: ReadonlyArray<RankedDocument>,
  index: ModelIndex,
  request: SearchRequest,
): ReadonlyArray<RankedDocument> => {
  const reachable = found.slice(0, index.settings.pagination.maxTotalHits)
  if (request.page === null) return reachable.slice(request.offset, request.offset + request.limit)
  const start = (request.page - 1) * request.hitsPerPage
  return request.page === 0 ? [] : reachable.slice(start, start + request.hitsPerPage)
}

const pagination = (count: number, index: ModelIndex, request: SearchRequest): string => {
  const total = Math.min(count, index.settings.pagination.maxTotalHits)
  if (request.page === null) {
    return `"limit":${request.limit},"offset":${request.offset},"estimatedTotalHits":${total}`
  }
  const pages = request.hitsPerPage === 0 ? 0 : Math.ceil(total / request.hitsPerPage)
  return `"hitsPerPage":${request.hitsPerPage},"page":${request.page},"totalPages":${pages},"totalHits":${total}`
}

const hit = (
  ranked: RankedDocument,
  index: ModelIndex,
  rules: ReadonlyArray<RankingRule>,
  request: SearchRequest,
  findRanges: FindRanges,
): RawObject => {
  const stored = inFieldOrder(index, documentOf(index, ranked).content)
  const displayed = displayedFields(stored, index.settings.displayedAttributes)
  const retrieved = request.attributesToRetrieve ?? ["*"]
  const members = new Map<string, RawValue>(selectFields(displayed, retrieved))
  if (request.attributesToHighlight !== null || request.attributesToCrop !== null) {
    members.set("_formatted", formatted(displayed, retrieved, index, request, findRanges))
  }
  if (request.showMatchesPosition) members.set("_matchesPosition", matchesPosition(displayed, findRanges))
  if (request.showRankingScore) members.set("_rankingScore", float(rankingScore(rules, ranked)))
  if (request.showRankingScoreDetails) members.set("_rankingScoreDetails", rankingScoreDetails(rules, ranked))
  return members
}

const displayedFields = (document: RawObject, displayed: ReadonlyArray<string>): RawObject =>
  displayed.includes("*") ? document : selectFields(document, displayed)

const formatted = (
  displayed: RawObject,
  retrieved: ReadonlyArray<string>,
  index: ModelIndex,
  request: SearchRequest,
  findRanges: FindRanges,
): RawObject => {
  const highlight = request.attributesToHighlight ?? []
  const crop = request.attributesToCrop ?? []
  const shown = selectFields(displayed, [
    ...retrieved,
    ...highlight,
    ...crop.map((entry) => entry.replace(/:\d+$/, "")),
  ])
  return formatDocument(shown, {
    highlight: highlight.filter(
      (name) =>
        name === "*" || [...displayed.keys()].some((key) => coversAttribute(name, key) || name.startsWith(`${key}.`)),
    ),
    crop,
    cropLength: request.cropLength,
    cropMarker: request.cropMarker,
    preTag: request.highlightPreTag,
    postTag: request.highlightPostTag,
    tokenizer: tokenizerOf(index.settings),
    findRanges,
  })
}
