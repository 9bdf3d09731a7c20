import { collectElements, skipValue, type Slice, visitMembers } from "#core/protocol/json-slices.ts"
import type { LargeCounts } from "#core/routing/large-counts.ts"
import { compareSortValues } from "./compare-hits.ts"
import { facetValues } from "./facet-value.ts"
import { mergeLists } from "./merge-lists.ts"
import type { Direction, SortValue } from "./rank-key.ts"
import { readField } from "./read-field.ts"
import { stripDocumentMembers } from "./strip-document.ts"
import { type Hit, readHit } from "./strip-hit.ts"
import { type Arriving, breakTies, openOnce } from "./tie-order.ts"

export interface DocumentsMergePlan {
  /** What the client asked for; the nodes were asked for `offset: 0, limit: offset + limit`. */
  readonly offset: number
  readonly limit: number
  readonly large?: LargeCounts
  /** Decides between documents that `sort` leaves equal; null: the order of the answers does. */
  readonly primaryKey: string | null
  /** The primary key was requested only by us. */
  readonly hidePrimaryKey: boolean
  /** Attributes by which the nodes sorted, most important first. */
  readonly sort: ReadonlyArray<DocumentSort>
  /** Other fields that only we asked for. */
  readonly hideFields: ReadonlyArray<string>
}

export interface DocumentSort {
  readonly field: string
  readonly direction: Direction
}

/**
 * `{"results":[…],"offset":…,"limit":…,"total":…}` from the answers of the nodes to `GET /documents` or
 * `/documents/fetch` (JSON texts of their 200 bodies, each for disjoint documents). Without `sort` a node lists its
 * documents in the order in which it first saw them, and the lists are merged by what tells of that order. Fails with
 * `MalformedJson` when an answer was cut off.
 */
export const mergeDocuments = (answers: ReadonlyArray<string>, plan: DocumentsMergePlan): string => {
  const nodes = answers.map(readDocumentsAnswer)
  const lists = nodes.map(({ text, results }) =>
    openOnce(results.length, (index): SortedDocument => ({
      ...readHit(text, results[index]!),
      values: null,
      arrival: null,
    })),
  )
  const documents = mergeLists(
    nodes.map((node) => node.results.map((_, index) => index)),
    {
      offset: plan.offset,
      limit: plan.limit,
      accept: null,
      open: (index, list) => lists[list]!.open(index),
      compare: breakTies(lists, (left, right) => compareSorted(left, right, plan.sort), plan.primaryKey),
    },
  )
  const hideFields =
    plan.hidePrimaryKey && plan.primaryKey !== null ? [plan.primaryKey, ...plan.hideFields] : plan.hideFields
  const results = documents.map((document) =>
    stripDocumentMembers(document.text, document, document.members, hideFields),
  )
  const total = nodes.reduce((sum, node) => sum + node.total, 0)
  const { offset, limit } = { ...plan, ...plan.large }
  return `{"results":[${results.join(",")}],"offset":${offset},"limit":${limit},"total":${total}}`
}

interface DocumentsAnswer {
  readonly text: string
  readonly results: ReadonlyArray<Slice>
  readonly total: number
}

const readDocumentsAnswer = (text: string): DocumentsAnswer => {
  const results: Array<Slice> = []
  let total = 0
  visitMembers(text, 0, (key, _keyStart, valueStart) => {
    if (key === "results") return collectElements(text, valueStart, results)
    const valueEnd = skipValue(text, valueStart)
    if (key === "total") total = Number(text.slice(valueStart, valueEnd))
    return valueEnd
  })
  return { text, results, total }
}

/** A document with what orders it, read when it is first compared. */
interface SortedDocument extends Arriving {
  values: ReadonlyArray<SortValue> | null
}

const compareSorted = (left: SortedDocument, right: SortedDocument, sort: ReadonlyArray<DocumentSort>): number => {
  left.values ??= sortValues(left, sort)
  right.values ??= sortValues(right, sort)
  for (const [index, { direction }] of sort.entries()) {
    const order = compareSortValues(left.values[index] ?? null, right.values[index] ?? null, direction)
    if (order !== 0) return order
  }
  return 0
}

/** Of several values the one counts that comes first in the direction of the sort. */
const sortValues = (document: Hit, sort: ReadonlyArray<DocumentSort>): Array<SortValue> =>
  sort.map(({ field, direction }) =>
    readField(document.text, document.members, field)
      .flatMap(facetValues)
      .reduce<SortValue>((best, value) => (compareSortValues(value, best, direction) < 0 ? value : best), null),
  )
