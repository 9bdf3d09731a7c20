import { collectElements, skipValue, type Slice, visitMembers } from "#core/protocol/json-slices.ts"
import { compareSortValues } from "./compare-hits.ts"
import { comparePrimaryKeys, normalPrimaryKey } from "./compare-primary-keys.ts"
import { facetValues } from "./facet-value.ts"
import { mergeLists } from "./merge-lists.ts"
import type { Direction, SortValue } from "./rank-key.ts"
import { readField, readFieldTexts } from "./read-field.ts"
import { stripDocumentMembers } from "./strip-document.ts"
import { type Hit, readHit } from "./strip-hit.ts"

export interface DocumentsMergePlan {
  /** What the client asked for; the nodes were asked for `offset: 0, limit: offset + limit`. */
  readonly offset: number
  readonly limit: number
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
 * documents in the order in which it first saw them, so the merged list is in the order of ids wherever ids grow. Fails
 * with `MalformedJson` when an answer was cut off.
 */
export const mergeDocuments = (answers: ReadonlyArray<string>, plan: DocumentsMergePlan): string => {
  const nodes = answers.map(readDocumentsAnswer)
  const documents = mergeLists(
    nodes.map((node) => node.results),
    {
      offset: plan.offset,
      limit: plan.limit,
      accept: null,
      open: (slice, list): SortedDocument => ({ ...readHit(nodes[list]!.text, slice), values: null, id: null }),
      compare: (left, right) => compareDocuments(left, right, plan),
    },
  )
  const hideFields =
    plan.hidePrimaryKey && plan.primaryKey !== null ? [plan.primaryKey, ...plan.hideFields] : plan.hideFields
  const results = documents.map((document) =>
    stripDocumentMembers(document.text, document, document.members, hideFields),
  )
  const total = nodes.reduce((sum, node) => sum + node.total, 0)
  return `{"results":[${results.join(",")}],"offset":${plan.offset},"limit":${plan.limit},"total":${total}}`
}

const readDocumentsAnswer = (text: string) => {
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
interface SortedDocument extends Hit {
  values: ReadonlyArray<SortValue> | null
  id: string | null
}

const compareDocuments = (left: SortedDocument, right: SortedDocument, plan: DocumentsMergePlan): number => {
  left.values ??= sortValues(left, plan.sort)
  right.values ??= sortValues(right, plan.sort)
  for (const [index, { direction }] of plan.sort.entries()) {
    const order = compareSortValues(left.values[index] ?? null, right.values[index] ?? null, direction)
    if (order !== 0) return order
  }
  left.id ??= idOf(left, plan.primaryKey)
  right.id ??= idOf(right, plan.primaryKey)
  return comparePrimaryKeys(left.id, right.id)
}

/** Of several values the one counts that comes first in the direction of the sort. */
const sortValues = (document: Hit, sort: ReadonlyArray<DocumentSort>): Array<SortValue> =>
  sort.map(({ field, direction }) =>
    readField(document.text, document.members, field)
      .flatMap(facetValues)
      .reduce<SortValue>((best, value) => (compareSortValues(value, best, direction) < 0 ? value : best), null),
  )

const idOf = (document: Hit, primaryKey: string | null): string =>
  primaryKey === null ? "" : normalPrimaryKey(readFieldTexts(document.text, document.members, primaryKey)[0] ?? "")
