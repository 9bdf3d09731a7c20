import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import type { FetchRequest } from "./fetch-request.ts"

/*
 * Lists of documents, unlike searches, cannot be sorted by an attribute that no document of the index has, sortable or not; documents that lack
 * one of the attributes are counted, but left out of a sorted list (both measured on v1.21.0). So a node that does not know an
 * attribute has nothing to show, and is asked again for its count alone. Only where every node refuses the same attribute,
 * one engine would have refused it, too.
 */

/** What the node is asked instead: no documents, and not the attribute that it has refused. null when it has refused something else. */
export const withoutRefusedSort = (body: string, error: ErrorBody): string | null => {
  const field = refusedField(error)
  const request = JSON.parse(body) as { readonly sort?: ReadonlyArray<string> }
  const sort = request.sort?.filter((criterion) => criterion.replace(/:(asc|desc)$/, "") !== field)
  return field === null || sort === undefined || sort.length === request.sort?.length
    ? null
    : JSON.stringify({ ...request, limit: 0, sort })
}

/** The refusal that is true of all nodes; of several the one of the attribute that comes first. */
export const refusalOfAll = (
  refusals: ReadonlyArray<ReadonlyArray<ErrorBody>>,
  sort: FetchRequest["sort"],
): ErrorBody | null => {
  const [first = [], ...others] = refusals
  for (const { field } of sort) {
    const error = first.find((refusal) => refusedField(refusal) === field)
    const isOfAll = others.every((ofNode) => ofNode.some((refusal) => refusedField(refusal) === field))
    if (error !== undefined && isOfAll) return error
  }
  return null
}

const refusedField = ({ code, message }: ErrorBody): string | null =>
  code === "invalid_document_sort" ? (/^Attribute `(.*?)` is not sortable\./s.exec(message)?.[1] ?? null) : null
