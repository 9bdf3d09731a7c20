import { readMembers } from "#core/protocol/json-slices.ts"

/*
 * What a search took, as clients are told. An engine does not count the way to it and back; nor does the proxy, for which the way to the nodes is
 * the same. So it is what the slowest node has counted: merging takes less than the millisecond in which all of them count.
 */

/** Of several nodes that were asked at once. */
export const slowestOf = (nodes: ReadonlyArray<{ readonly processingTimeMs: number }>): number =>
  nodes.reduce((slowest, { processingTimeMs }) => Math.max(slowest, processingTimeMs), 0)

/** What a node says of an answer that is otherwise read elsewhere. */
export const processingTimeIn = (answer: string): { readonly processingTimeMs: number } => {
  const member = readMembers(answer).find(({ key }) => key === "processingTimeMs")
  return { processingTimeMs: member === undefined ? 0 : Number(answer.slice(member.valueStart, member.valueEnd)) }
}
