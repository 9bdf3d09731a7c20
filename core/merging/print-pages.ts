import type { Paging } from "#core/routing/search-request.ts"

/** What an answer says of its pages, with the counts as the client wrote them. */
export const printPages = (paging: Extract<Paging, { readonly tag: "page" }>, totalHits: number): string => {
  const hitsPerPage = paging.large?.["hitsPerPage"] ?? String(paging.hitsPerPage)
  const page = paging.large?.["page"] ?? paging.page
  return `"hitsPerPage":${hitsPerPage},"page":${page},"totalPages":${countPages(totalHits, BigInt(hitsPerPage))},"totalHits":${totalHits}`
}

/** Rounded up as the engine does, in 64 bits: a page of almost 2^64 hits makes no page (measured on v1.21.0). */
const countPages = (totalHits: number, hitsPerPage: bigint): bigint =>
  hitsPerPage === 0n ? 0n : BigInt.asUintN(64, BigInt(totalHits) + hitsPerPage - 1n) / hitsPerPage
