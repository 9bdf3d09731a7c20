import type { HttpMethod } from "#core/protocol/http-message.ts"
import { type Route, routes } from "./routes.ts"

export type Matched =
  | { readonly tag: "found"; readonly route: Route; readonly parameters: ReadonlyArray<string> }
  /** The path exists, but not with this method. */
  | { readonly tag: "wrong-method"; readonly path: string; readonly allowed: ReadonlyArray<HttpMethod> }
  | { readonly tag: "unknown" }

/** Literal segments win over parameters, whatever the method: `GET /documents/fetch` is a wrong method, not the document `fetch`. */
export const matchRoute = (method: HttpMethod, path: string): Matched => {
  const segments = path.split("/").slice(1)
  const candidates = (bySegmentCount.get(segments.length) ?? []).flatMap((entry) => {
    const parameters = matchSegments(entry.segments, segments)
    return parameters === null ? [] : [{ ...entry, parameters }]
  })
  if (candidates.length === 0) return { tag: "unknown" }
  const fewest = Math.min(...candidates.map((candidate) => candidate.parameters.length))
  const exact = candidates.filter((candidate) => candidate.parameters.length === fewest)
  const found = exact.find(({ route }) => route.method === method)
  return found === undefined
    ? { tag: "wrong-method", path: exact[0]?.route.path ?? path, allowed: exact.map(({ route }) => route.method) }
    : { tag: "found", route: found.route, parameters: found.parameters }
}

interface Entry {
  readonly route: Route
  readonly segments: ReadonlyArray<string>
}

const bySegmentCount = new Map<number, Array<Entry>>()
for (const route of routes) {
  const segments = route.path.split("/").slice(1)
  const entries = bySegmentCount.get(segments.length)
  if (entries === undefined) bySegmentCount.set(segments.length, [{ route, segments }])
  else entries.push({ route, segments })
}

const matchSegments = (pattern: ReadonlyArray<string>, segments: ReadonlyArray<string>): Array<string> | null => {
  const parameters: Array<string> = []
  for (const [position, expected] of pattern.entries()) {
    const segment = decode(segments[position] ?? "")
    if (expected.startsWith("{")) {
      if (segment === "") return null
      parameters.push(segment)
    } else if (expected !== segment) return null
  }
  return parameters
}

/** A segment that cannot be decoded stays as it is: it is no valid uid, and the answer says so. */
const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
