// Answers of nodes to one search, as they come over the wire, and the obvious way to make one of them.
import { compareHits } from "#core/merging/compare-hits.ts"
import { comparePrimaryKeys } from "#core/merging/compare-primary-keys.ts"
import { rankKey, type RankKey } from "#core/merging/rank-key.ts"
import { encodeShard, encodeVersion, shardField, versionField } from "#core/protocol/hidden-fields.ts"
import { drawInteger, type Draw, makeMovie, type Movie, pick, seededDraw } from "./inputs.ts"

const detailsField = "_rankingScoreDetails"

export type SearchHit = Movie & {
  readonly [detailsField]?: unknown
  readonly [shardField]?: string
  readonly [versionField]?: string
}

export interface SearchAnswer {
  readonly hits: ReadonlyArray<SearchHit>
  readonly query: string
  readonly processingTimeMs: number
  readonly limit: number
  readonly offset: number
  readonly estimatedTotalHits: number
  readonly facetDistribution: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly facetStats: Readonly<Record<string, { readonly min: number; readonly max: number }>>
}

/** What one node with all documents would have answered, dealt out to `nodeCount` nodes, each list in the order of rank. */
export const makeAnswers = (nodeCount: number, hitsPerNode: number, seed: number): ReadonlyArray<string> => {
  const draw = seededDraw(seed)
  const limit = hitsPerNode
  const hits = Array.from({ length: nodeCount }, (_, node) =>
    Array.from({ length: hitsPerNode }, (_, index) => makeHit(draw, index * nodeCount + node + 1)).sort(
      (left, right) => compareHits(rankOf(left), rankOf(right)) || left.id - right.id,
    ),
  )
  return hits.map((list) =>
    JSON.stringify({
      hits: list,
      query: "search",
      processingTimeMs: 3,
      limit,
      offset: 0,
      estimatedTotalHits: list.length,
      facetDistribution: {
        genres: countValues(list.flatMap((hit) => [...new Set(hit.genres)])),
        year: countValues(list.map((hit) => String(hit.year))),
      },
      facetStats: {
        year: { min: Math.min(...list.map((hit) => hit.year)), max: Math.max(...list.map((hit) => hit.year)) },
      },
    } satisfies SearchAnswer),
  )
}

const makeHit = (draw: Draw, id: number): SearchHit => ({
  [shardField]: encodeShard(id % 64),
  [versionField]: encodeVersion(id),
  ...makeMovie(draw, id, 40),
  [detailsField]: makeDetails(draw),
})

/** The six rules of a keyword search; ranks repeat, so later rules and the primary key decide often. */
const makeDetails = (draw: Draw): unknown => {
  const matchingWords = drawInteger(draw, 1, 3)
  const typoCount = drawInteger(draw, 0, 2)
  return {
    words: { order: 0, matchingWords, maxMatchingWords: 3, score: matchingWords / 3 },
    typo: { order: 1, typoCount, maxTypoCount: 2, score: (3 - typoCount) / 3 },
    proximity: { order: 2, score: drawInteger(draw, 1, 7) / 7 },
    attributeRank: { order: 3, score: drawInteger(draw, 1, 3) / 3 },
    wordPosition: { order: 4, score: drawInteger(draw, 1, 20) / 20 },
    exactness: { order: 5, matchType: pick(draw, ["exactMatch", "matchesStart"]), score: 1 },
  }
}

const countValues = (values: ReadonlyArray<string>): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const value of values.toSorted()) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

const rankOf = (hit: SearchHit): RankKey => rankKey(hit[detailsField])

/** Parses everything, puts all hits into one list, sorts it with the comparator that we use too, and prints. */
export const concatenateAndSort = (answers: ReadonlyArray<string>, limit: number): string => {
  const parsed = answers.map((answer) => JSON.parse(answer) as SearchAnswer)
  const ranked = parsed
    .flatMap((answer) => answer.hits)
    .map((hit) => ({ hit, rank: rankOf(hit), primaryKey: String(hit.id) }))
    .sort((left, right) => compareHits(left.rank, right.rank) || comparePrimaryKeys(left.primaryKey, right.primaryKey))
  return JSON.stringify({
    hits: ranked.slice(0, limit).map(({ hit }) => withoutHidden(hit)),
    query: parsed[0]!.query,
    processingTimeMs: 3,
    limit,
    offset: 0,
    estimatedTotalHits: parsed.reduce((sum, answer) => sum + answer.estimatedTotalHits, 0),
    facetDistribution: addFacets(parsed),
    facetStats: {
      year: {
        min: Math.min(...parsed.map((answer) => answer.facetStats["year"]!.min)),
        max: Math.max(...parsed.map((answer) => answer.facetStats["year"]!.max)),
      },
    },
  } satisfies SearchAnswer)
}

const withoutHidden = (hit: SearchHit): Movie => {
  const movie: Movie & { [shardField]?: string; [versionField]?: string; [detailsField]?: unknown } = { ...hit }
  delete movie[shardField]
  delete movie[versionField]
  delete movie[detailsField]
  return movie
}

const addFacets = (answers: ReadonlyArray<SearchAnswer>): SearchAnswer["facetDistribution"] => {
  const added: Record<string, Record<string, number>> = {}
  for (const { facetDistribution } of answers)
    for (const [facet, counts] of Object.entries(facetDistribution)) {
      const sums = (added[facet] ??= {})
      for (const [value, count] of Object.entries(counts)) sums[value] = (sums[value] ?? 0) + count
    }
  return Object.fromEntries(
    Object.entries(added).map(([facet, sums]) => [facet, Object.fromEntries(inOrder(sums).slice(0, 100))]),
  )
}

const inOrder = (sums: Record<string, number>): ReadonlyArray<[string, number]> =>
  Object.entries(sums).sort(([left], [right]) => (left < right ? -1 : 1))
