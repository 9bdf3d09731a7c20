import type { JsonObject } from "#core/prelude/json.ts"
import { applyNextTask, answerModelNode, createModelNode, type ModelNode } from "../model/model-node.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { decodeUtf8 } from "#core/prelude/utf8.ts"
import { requestOf } from "../workload/request-of.ts"
import { type Attempt, type History, sometimes } from "../world/history.ts"
import { type Failure, broken } from "../world/verdict.ts"
import { type IndexHistory, stateText } from "./document-states.ts"
import { type UsedAnswer, say } from "./read-calls.ts"

/**
 * `merge-equals-one-node`: one node that was given the same writes in the order of their numbers answers the same to everything that was asked after
 * all had come to rest. Indexes with a write of open outcome are left out. Hits of equal rank may come in another order.
 */
export const checkMerge = (
  history: History,
  indexes: ReadonlyMap<string, IndexHistory>,
  used: ReadonlyMap<number, ReadonlyArray<UsedAnswer>>,
): Failure | null => {
  const references = new Map<string, ModelNode>()
  for (const attempt of history.attempts) {
    const { action, response } = attempt
    if (
      !attempt.isClosing ||
      response === null ||
      response.status === 503 ||
      (action.do !== "list" && action.do !== "search")
    )
      continue
    const index = indexes.get(used.get(attempt.number)?.[0]?.physicalUid ?? "")
    if (index === undefined || index.steps.some((step) => step.certainty === "open")) continue
    const reference = references.get(index.physicalUid) ?? replay(index)
    references.set(index.physicalUid, reference)
    sometimes(history, "compared with one node")
    const failure = compare(attempt, reference)
    if (failure !== null) return failure
  }
  return null
}

const replay = (index: IndexHistory): ModelNode => {
  const node = createModelNode({ masterKey: null })
  for (const { certainty, attempt } of index.steps) {
    if (certainty !== "applied") continue
    ask(node, attempt.request)
    while (applyNextTask(node, 0));
  }
  return node
}

const ask = (node: ModelNode, request: ApiRequest) =>
  answerModelNode(
    node,
    {
      method: request.method,
      path: request.query === "" ? request.path : `${request.path}?${request.query}`,
      body: request.body.length === 0 ? null : decodeUtf8(request.body),
      contentType: request.headers["content-type"] ?? null,
      authorization: null,
    },
    0,
  )

const compare = (attempt: Attempt, reference: ModelNode): Failure | null => {
  const expected = ask(reference, requestOf(attempt.action))
  const response = attempt.response!
  if (expected.status !== response.status)
    return broken(
      "merge-equals-one-node",
      `one node answers ${expected.status} ${expected.body.slice(0, 300)}`,
      say(attempt),
    )
  if (response.status !== 200) return null
  const isSorted = attempt.action.do === "search" && attempt.action.body["sort"] !== undefined
  const ours = comparable(response.body, isSorted)
  const theirs = comparable(expected.body, isSorted)
  return ours === theirs
    ? null
    : broken("merge-equals-one-node", `one node: ${theirs}`, `the cluster: ${ours}`, say(attempt))
}

/**
 * Without what depends on time and on the proxy; unsorted hits in the order of their texts. A facet that no document has is left out: an engine
 * names it when it has ever held a document with that attribute, and a replica that was copied after they had all gone has not.
 */
const comparable = (body: string, isSorted: boolean): string => {
  const {
    hits,
    results,
    processingTimeMs: _time,
    coverage: _coverage,
    facetDistribution,
    ...rest
  } = JSON.parse(body) as JsonObject & {
    hits?: ReadonlyArray<JsonObject>
    results?: ReadonlyArray<JsonObject>
    facetDistribution?: Readonly<Record<string, JsonObject>>
  }
  const documents = (hits ?? results ?? []).map(stateText)
  const facets = Object.entries(facetDistribution ?? {}).filter(([, values]) => Object.keys(values).length > 0)
  return JSON.stringify({ ...rest, facets, documents: isSorted ? documents : documents.sort() })
}
