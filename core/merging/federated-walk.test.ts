import fc from "fast-check"
import { describe, it } from "vitest"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import { type FederatedHit, type QueryHits, mergeFederated, printFederatedHit } from "./merge-federated.ts"
import { mergeHits } from "./merge-hits.ts"
import { readSearchAnswer } from "./read-search-answer.ts"

const view = {
  showRankingScore: false,
  showRankingScoreDetails: false,
  hideFields: [],
  hideFormatted: [],
  displayedAttributes: null,
  typoCounts: new Map<number, number>(),
}

interface DrawnQuery {
  readonly uid: string
  readonly weight: number
  readonly scores: ReadonlyArray<readonly [id: number, score: number]>
}

const queryOf = ({ uid, weight, scores }: DrawnQuery, position: number): QueryHits => {
  const texts = [...scores]
    .sort(([, one], [, other]) => other - one)
    .map(
      ([id, score]) =>
        `{"id":${id},"_rankingScore":${score},"_rankingScoreDetails":{"proximity":{"order":0,"score":${score}}}}`,
    )
  const answer = readSearchAnswer(`{"hits":[${texts.join(",")}],"estimatedTotalHits":${texts.length}}`)
  const hits = mergeHits([answer], { primaryKey: "id", distinct: null, offset: 0, limit: 100 })
  return { position, indexUid: uid, primaryKey: "id", weight, searchableCount: 1, hits, view }
}

/** A reader who turns pages of a federated search. */
interface Walked {
  readonly shown: ReadonlyArray<FederatedHit>
  readonly isAtEnd: boolean
}

const step =
  (queries: ReadonlyArray<QueryHits>) =>
  ({ shown }: Walked, limit: number): Walked => {
    const { hits } = mergeFederated(queries, { offset: shown.length, limit, distinct: null })
    return { shown: [...shown, ...hits], isAtEnd: hits.length < limit }
  }

const nameOf = (hit: FederatedHit): string =>
  `${hit.query.indexUid} ${(JSON.parse(printFederatedHit(hit)) as { readonly id: number }).id}`

const check =
  (drawn: ReadonlyArray<DrawnQuery>) =>
  (after: Walked, limit: number, before: Walked): string | null => {
    const page = after.shown.slice(before.shown.length)
    if (page.length > limit) return "a page is longer than it was asked for"
    if (before.isAtEnd && page.length > 0) return "something came after the last page"
    for (const [at, hit] of page.entries()) {
      const previous = after.shown[before.shown.length + at - 1]
      if (previous !== undefined && hit.score > previous.score) return "a better hit came after a worse one"
    }
    const names = new Set(after.shown.map(nameOf))
    if (names.size !== after.shown.length) return "a document was shown twice"
    const everything = new Set(drawn.flatMap(({ uid, scores }) => scores.map(([id]) => `${uid} ${id}`)))
    return after.isAtEnd && names.size !== everything.size
      ? "the last page was reached and a document is missing"
      : null
  }

describe("pages of a federated search, page by page", () => {
  it("continue each other, best first, until every document of every index was shown once", ({ task }) => {
    const score = fc.tuple(fc.nat({ max: 9 }), fc.constantFrom(0.2, 0.5, 0.8, 1))
    const query = fc.record({
      uid: fc.constantFrom("a", "b"),
      weight: fc.constantFrom(0.5, 1, 2),
      scores: fc.uniqueArray(score, { selector: ([id]) => id, maxLength: 6 }),
    })
    const limits = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 6, maxLength: 15 })
    fc.assert(
      fc.property(fc.array(query, { maxLength: 4 }), limits, (drawn, inputs) => {
        const start: Walked = { shown: [], isAtEnd: false }
        walkMachine(task.meta, { start, inputs, step: step(drawn.map(queryOf)), check: check(drawn) })
      }),
      { numRuns: 500 },
    )
  })
})
