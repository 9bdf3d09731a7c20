import type { WireRequest } from "./sequence.ts"

/** A search of one index that ranks by two words or more, and by nothing that the client has chosen itself. */
export const hasSeveralWords = ({ path, body }: WireRequest): boolean => {
  if (!/\/indexes\/[^/]+\/search(\?|$)/.test(path)) return false
  const asked = typeof body === "object" && !(body instanceof Uint8Array) ? body : parametersOf(path)
  const { q, sort } = asked as { readonly q?: unknown; readonly sort?: unknown }
  return typeof q === "string" && countWords(q) >= 2 && (sort ?? "").toString() === ""
}

const parametersOf = (path: string): object => Object.fromEntries(new URL(path, "http://localhost").searchParams)

/** Words that are excluded rank nothing. */
const countWords = (query: string): number =>
  query.split(/\s+/).filter((word) => word !== "" && !word.startsWith("-")).length
