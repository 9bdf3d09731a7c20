/** Path and query of a request. */
export interface Target {
  /** Without a trailing slash, doubled slashes as one, percent-encoding untouched; `/` for the root. */
  readonly path: string
  /** Without the `?`; empty when there is none. */
  readonly query: string
}

/**
 * Splits what stands in the request line: `/indexes/movies/?limit=1`, or a whole URL, as Bun and proxies give it.
 * Slashes are treated as Meilisearch treats them: `//indexes/` is `/indexes` (tried on v1.21).
 */
export const splitTarget = (target: string): Target => {
  const start = pathStart(target)
  const question = target.indexOf("?", start)
  const path = question < 0 ? target.slice(start) : target.slice(start, question)
  return { path: normalizePath(path), query: question < 0 ? "" : target.slice(question + 1) }
}

const pathStart = (target: string): number => {
  if (target.startsWith("/")) return 0
  const authority = target.indexOf("://")
  if (authority < 0) return 0
  const slash = target.indexOf("/", authority + 3)
  const question = target.indexOf("?", authority + 3)
  if (slash < 0 || (question >= 0 && question < slash)) return question < 0 ? target.length : question
  return slash
}

const normalizePath = (path: string): string => {
  const single = path.includes("//") ? path.replaceAll(/\/{2,}/g, "/") : path
  const trimmed = single.length > 1 && single.endsWith("/") ? single.slice(0, -1) : single
  return trimmed === "" ? "/" : trimmed
}
