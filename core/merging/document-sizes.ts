/*
 * Sizes of the databases of documents, as one engine with all the documents would count them: in whole pages. Each node has one page that is
 * not full; one engine would have one for all of them, which for small indexes is the whole size.
 */

/** In bytes. */
const pageSize = 4096

/** What the engine does not count of each document: its key (measured on v1.21.0). */
const keySize = 8

/** `sizes`: of the nodes of one group. `copies`: how many times the group holds each document. */
export const rawSizeOf = (sizes: ReadonlyArray<number>, copies: number): number => {
  const used = sizes.filter((size) => size > 0)
  if (used.length < 2) return Math.round((used[0] ?? 0) / copies)
  const full = used.reduce((sum, size) => sum + Math.max(0, size - pageSize), 0) / copies
  return pageSize * (Math.round(full / pageSize) + 1)
}

export const averageSizeOf = (rawSize: number, documents: number): number =>
  documents === 0 ? 0 : Math.max(0, Math.floor(rawSize / documents - keySize))
