import { unescape } from "node:querystring"
import type { WireRequest } from "./sequence.ts"

/*
 * Answers that a fleet can only approximate, or where the engine contradicts itself; docs/gaps/0004-searches-that-are-approximate.md and
 * 0005 say what follows for users. Each rule names exactly the requests and the members that may differ: everything else is compared.
 */

export interface Approximation {
  readonly name: string
  readonly reason: string
  readonly concerns: (request: WireRequest) => boolean
  /** Members, at any depth, that are not compared. */
  readonly members: ReadonlySet<string>
}

/** A path may hold percent signs that decode to nothing: `unescape` leaves them. */
const asked = ({ path, body }: WireRequest): string =>
  `${unescape(path.replaceAll("+", " "))} ${typeof body === "string" ? body : JSON.stringify(body ?? "")}`

const isSearch = ({ path }: WireRequest): boolean => /\/(search|facet-search|multi-search)(\?|$)/.test(path)

const counts = ["estimatedTotalHits", "totalHits", "totalPages", "facetDistribution", "facetStats"]

export const approximations: ReadonlyArray<Approximation> = [
  {
    name: "counts-of-distinct-searches",
    reason: "How many documents one engine drops as repetitions depends on how far it had to look.",
    concerns: (request) => isSearch(request) && /distinct["=]/.test(asked(request)),
    members: new Set(counts),
  },
  {
    name: "distinct-by-a-list",
    reason: "A document with several distinct values hides others; each node sees only those that it holds itself.",
    concerns: (request) => isSearch(request) && /distinct(?:=|":")(genres|tags)/.test(asked(request)),
    members: new Set([...counts, "hits"]),
  },
  {
    name: "counts-under-a-score-threshold",
    reason: "One engine leaves documents out of its totals only as far as it has ranked them.",
    concerns: (request) => isSearch(request) && /rankingScoreThreshold["=]/.test(asked(request)),
    members: new Set(counts),
  },
  {
    name: "words-left-out-by-frequency",
    reason: "Which word of a query is left out first depends on how often the documents of a node contain it.",
    concerns: (request) => isSearch(request) && /matchingStrategy(?:=|":")frequency/.test(asked(request)),
    members: new Set([...counts, "hits", "facetHits"]),
  },
  {
    name: "neighbours-of-several-vectors",
    reason:
      "A document with several vectors is compared vector by vector inside a node, and with all of them between nodes.",
    concerns: ({ path }) => /\/similar(\?|$)/.test(path),
    members: new Set(["hits"]),
  },
  {
    name: "sorted-lists-from-an-offset",
    reason: "A sorted list of an engine that begins at an offset is not the rest of the list that begins at 0.",
    concerns: (request) =>
      /\/documents(\/fetch)?(\?|$)/.test(request.path) &&
      /sort["=]/.test(asked(request)) &&
      /offset["=]/.test(asked(request)),
    members: new Set(["results"]),
  },
  {
    name: "mini-dashboard",
    reason:
      "A development build of the engine serves a page of its own at its root; the proxy says that it is running.",
    concerns: ({ path }) => /^\/(\?|$)/.test(path),
    members: new Set(["content-type", "body"]),
  },
  {
    name: "totals-of-hidden-tasks",
    reason: "The engine counts tasks in `total` that it then does not list: swaps, and tasks that a key may not see.",
    concerns: ({ method, path }) => method === "GET" && path.startsWith("/tasks?"),
    members: new Set(["total"]),
  },
  {
    name: "wording-of-damaged-bodies",
    reason:
      "A compressed body that cannot be unpacked is refused at the door, in the words of the routes that take documents.",
    concerns: ({ headers }) =>
      Object.entries(headers ?? {}).some(
        ([name, value]) => name.toLowerCase() === "content-encoding" && value !== null,
      ),
    members: new Set(["message"]),
  },
]
