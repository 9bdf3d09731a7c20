import { isJsonObject } from "#core/prelude/json.ts"

/**
 * What one ranking rule said about one hit, reduced to what orders hits. Counts are taken instead of the normalised
 * scores wherever the engine shows them: `maxTypoCount` differs between nodes, so equal counts may have unequal scores.
 */
export type RankEntry =
  | { readonly tag: "pin"; readonly position: number }
  | { readonly tag: "words"; readonly matchingWords: number }
  | { readonly tag: "typo"; readonly typoCount: number }
  /** `proximity`, `attributeRank`, `wordPosition`: quotients of small integers, exactly equal on all nodes. */
  | { readonly tag: "score"; readonly score: number }
  | { readonly tag: "attribute"; readonly rankScore: number; readonly distanceScore: number }
  /** 0 exactMatch, 1 matchesStart, 2 noExactMatch; the engine shows the count of words for the last one only. */
  | { readonly tag: "exactness"; readonly matchType: number; readonly matchingWords: number }
  | { readonly tag: "value"; readonly direction: Direction; readonly value: SortValue }
  | { readonly tag: "distance"; readonly direction: Direction; readonly metres: number | null }
  | { readonly tag: "similarity"; readonly similarity: number | null }
  /** The node ran out of time before this rule. */
  | { readonly tag: "skipped" }

export type Direction = "asc" | "desc"

/**
 * As the engine chose it from the document: a number, a normalised string, or null for everything that has no value.
 */
export type SortValue = number | string | null

/** One entry for each rule, in the order in which the rules were applied. */
export type RankKey = ReadonlyArray<RankEntry>

/** Key of a hit from its parsed `_rankingScoreDetails`. Fields are named as on v1.21.0 (measured) and v1.50 (read). */
export const rankKey = (details: unknown): RankKey => {
  if (!isJsonObject(details)) return []
  const rules: Array<{ readonly order: number; readonly entry: RankEntry }> = []
  for (const [rule, detail] of Object.entries(details)) {
    if (isJsonObject(detail)) rules.push({ order: Number(detail["order"]), entry: rankEntry(rule, detail) })
  }
  rules.sort((left, right) => left.order - right.order)
  return rules.map((rule) => rule.entry)
}

type Detail = Readonly<Record<string, unknown>>

const rankEntry = (rule: string, detail: Detail): RankEntry => {
  switch (rule) {
    case "pin":
      return { tag: "pin", position: numberOf(detail, "position") }
    case "words":
      return { tag: "words", matchingWords: numberOf(detail, "matchingWords") }
    case "typo":
      return { tag: "typo", typoCount: numberOf(detail, "typoCount") }
    case "proximity":
    case "attributeRank":
    case "wordPosition":
      return { tag: "score", score: numberOf(detail, "score") }
    case "attribute":
      return {
        tag: "attribute",
        rankScore: numberOf(detail, "attributeRankingOrderScore"),
        distanceScore: numberOf(detail, "queryWordDistanceScore"),
      }
    case "exactness":
      return {
        tag: "exactness",
        matchType: Math.max(0, matchTypes.indexOf(String(detail["matchType"]))),
        matchingWords: numberOf(detail, "matchingWords"),
      }
    case "vectorSort":
      return { tag: "similarity", similarity: numberOrNull(detail["similarity"]) }
    case "skipped":
      return { tag: "skipped" }
    default:
      return customEntry(rule, detail)
  }
}

const matchTypes = ["exactMatch", "matchesStart", "noExactMatch"]

/** `<field>:asc`, `_geoPoint(lat, lng):desc`, or `<hidden-rule-N>`, whose value is the same text for all hits. */
const customEntry = (rule: string, detail: Detail): RankEntry => {
  const direction = rule.endsWith(":desc") ? "desc" : "asc"
  if (rule.startsWith("_geoPoint(")) return { tag: "distance", direction, metres: numberOrNull(detail["distance"]) }
  const value = detail["value"]
  return {
    tag: "value",
    direction,
    value: typeof value === "number" || typeof value === "string" ? value : null,
  }
}

const numberOf = (detail: Detail, field: string): number => {
  const value = detail[field]
  return typeof value === "number" ? value : 0
}

const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null)
