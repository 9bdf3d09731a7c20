import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { mergeHybrid } from "#core/merging/merge-hybrid.ts"
import { onlySemantic } from "#core/merging/merge-hits.ts"
import { mergeAnswers, type MergedSearch, type SearchMergePlan, windowOf } from "#core/merging/merge-search.ts"
import { slowestOf } from "#core/merging/processing-time.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { keywordPart, needsEmbedding, searchKind, semanticPart, vectorPart } from "#core/routing/search-kind.ts"
import type { SearchRequest } from "#core/routing/search-request.ts"
import { searchableCountOf } from "#core/settings/desired-settings.ts"
import type { Cluster } from "./cluster.ts"
import { embedQuery } from "./embed-query.ts"
import { gatherSearch, type GatherOptions } from "./gather-search.ts"
import type { NodeAnswer } from "./scatter.ts"

/** A search on one index, merged and not yet printed. */
export type SearchResult =
  | { readonly tag: "refused"; readonly error: ErrorBody }
  | {
      readonly tag: "found"
      readonly merged: MergedSearch
      readonly plan: SearchMergePlan
      readonly answers: ReadonlyArray<NodeAnswer>
      readonly uncovered: ReadonlyArray<number>
      readonly processingTimeMs: number
      /** The search whose matches are counted: of a hybrid search the half that decided. */
      readonly counted: SearchRequest
    }

/** Runs a search that was understood on an index that exists: words, a vector, or both. */
export const runSearch = Effect.fnUntraced(function* (
  asked: SearchRequest,
  record: IndexRecord,
  options: GatherOptions = {},
): Effect.fn.Return<SearchResult, never, Cluster | NodeClient> {
  const kind = searchKind(asked)
  if (kind.tag === "hybrid") return yield* runHybrid(asked, record, kind.ratio, options)
  if (kind.tag === "keyword" || !needsEmbedding(asked, record.settings)) return yield* runOne(asked, record, options)
  const embedded = yield* embedQuery(asked, record)
  if (embedded.tag === "refused") return embedded
  return yield* runOne(semanticPart(asked, embedded.vector), record, options)
})

const runOne = Effect.fnUntraced(function* (asked: SearchRequest, record: IndexRecord, options: GatherOptions) {
  const gathered = yield* gatherSearch(asked, record, options)
  if (gathered.tag === "refused") return gathered
  const { nodes, mergePlan, answers, uncovered } = gathered
  const merged = mergeAnswers(nodes, mergePlan, windowOf(mergePlan))
  const processingTimeMs = slowestOf(nodes)
  const found = { merged, plan: mergePlan, answers, uncovered, processingTimeMs, counted: asked }
  return { tag: "found", ...found } satisfies SearchResult
})

/** Both halves are asked of all nodes up to the end of the page; the engine's rule is applied to the whole. */
const runHybrid = Effect.fnUntraced(function* (
  asked: SearchRequest,
  record: IndexRecord,
  ratio: number,
  options: GatherOptions,
) {
  const forBoth = { ...options, needsScores: true }
  const [keyword, semantic] = yield* Effect.all(
    [gatherSearch(keywordPart(asked), record, forBoth), gatherSemantic(asked, record, forBoth)],
    { concurrency: 2 },
  )
  if (keyword.tag === "refused") return keyword
  if (semantic.tag === "refused") return semantic
  const plan = keyword.mergePlan
  const { offset, limit } = windowOf(plan)
  const upToPage = { offset: 0, limit: offset + limit }
  const hybrid = mergeHybrid(
    mergeAnswers(keyword.nodes, plan, upToPage),
    mergeAnswers(semantic.nodes.map(onlySemantic), plan, upToPage),
    { ratio, offset, limit, primaryKey: record.primaryKey, searchableCount: searchableCountOf(record.settings) },
  )
  return {
    tag: "found",
    merged: hybrid.merged,
    plan,
    answers: [...keyword.answers, ...semantic.answers],
    uncovered: [...new Set([...keyword.uncovered, ...semantic.uncovered])].sort((left, right) => left - right),
    processingTimeMs: slowestOf([...keyword.nodes, ...semantic.nodes]),
    counted: hybrid.isByWords ? keywordPart(asked) : semantic.asked,
  } satisfies SearchResult
})

const gatherSemantic = Effect.fnUntraced(function* (asked: SearchRequest, record: IndexRecord, options: GatherOptions) {
  let vector: ReadonlyArray<number> | null = null
  if (needsEmbedding(asked, record.settings)) {
    const embedded = yield* embedQuery(asked, record)
    // Without a vector the engine answers with what the words have found; so does every node by itself.
    if (embedded.tag === "embedded") vector = embedded.vector
  }
  const half = vectorPart(asked, vector)
  const gathered = yield* gatherSearch(half, record, options)
  return gathered.tag === "refused" ? gathered : { ...gathered, asked: half }
})
