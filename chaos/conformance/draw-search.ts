import type { SeededDraws } from "../seeded-draws.ts"
import { oneOf, someOf, sometimes, times } from "./draw-values.ts"
import { genres, languages, sortable, textWords, titleWords } from "./library.ts"

/** What `POST /indexes/{uid}/search` takes. */
export type SearchBody = Readonly<Record<string, unknown>>

/** Words as people type them: whole, cut short, with a typo, quoted, negated. */
export const drawQuery = (draws: SeededDraws): string => {
  const word = (): string => {
    const whole = oneOf(draws, sometimes(draws, 60) ? titleWords : textWords)
    const kind = draws.below(10)
    if (kind === 0) return whole.slice(0, 1 + draws.below(whole.length))
    if (kind === 1 && whole.length > 4) return `${whole.slice(0, 2)}${whole.slice(3)}`
    if (kind === 2) return whole.toUpperCase()
    if (kind === 3 && sometimes(draws, 40)) return `-${whole}`
    return whole
  }
  const words = times(1 + draws.below(3), word).join(" ")
  return sometimes(draws, 10) ? `"${words.replaceAll('"', "")}"` : words
}

const conditions: ReadonlyArray<(draws: SeededDraws) => string> = [
  (draws) => `genres = ${oneOf(draws, genres)}`,
  (draws) => `genres != "${oneOf(draws, genres)}"`,
  (draws) => `genres IN [${someOf(draws, genres, 0, 3).join(", ")}]`,
  (draws) => `language NOT IN [${someOf(draws, languages, 1, 2).join(",")}]`,
  (draws) => `year ${oneOf(draws, [">", ">=", "<", "<=", "=", "!="])} ${1950 + draws.below(70)}`,
  (draws) => `year ${1950 + draws.below(40)} TO ${1980 + draws.below(40)}`,
  (draws) => `rating ${oneOf(draws, ["EXISTS", "NOT EXISTS", "IS NULL", "IS NOT NULL", "IS EMPTY", "> 2.5"])}`,
  (draws) => `author.name = '${oneOf(draws, ["Ana Silva", "bo chen", "Dan O\\'Hara", "Nobody"])}'`,
  (draws) => `author.born >= ${1900 + draws.below(80)}`,
  (draws) => `available = ${oneOf(draws, ["true", "false"])}`,
  (draws) => `tags = "${oneOf(draws, ["a b", "x-y", "Ünï", "12", "it's"])}"`,
  (draws) => `mixed ${oneOf(draws, ["= 3", "= three", "= true", "EXISTS", "IS EMPTY", "> 2", "NOT EXISTS"])}`,
  (draws) => `title STARTS WITH ${oneOf(draws, ["si", "ga", "Ém", "x"])}`,
  (draws) => `id <= ${draws.below(90)}`,
  (draws) => `_geoRadius(${40 + draws.below(10)}, ${draws.below(10)}, ${oneOf(draws, ["1000", "300000", "0"])})`,
  (draws) =>
    `_geoBoundingBox([${46 + draws.below(4)}, ${5 + draws.below(5)}], [${40 + draws.below(4)}, ${draws.below(4)}])`,
]

/** A right filter for the library's shelf, of up to three conditions. */
export const drawFilter = (draws: SeededDraws): string => {
  const condition = (): string => {
    const plain = oneOf(draws, conditions)(draws)
    return sometimes(draws, 15) ? `NOT ${plain}` : plain
  }
  const parts = times(1 + draws.below(3), condition)
  const joined = parts.reduce((left, right) => `${left} ${oneOf(draws, ["AND", "OR"])} ${right}`)
  return sometimes(draws, 20) ? `(${joined})` : joined
}

const attributes = [
  "id",
  "title",
  "overview",
  "genres",
  "author",
  "author.name",
  "year",
  "rating",
  "tags",
  "nothing",
  "*",
]
const facetNames = ["genres", "language", "year", "rating", "available", "author.name", "tags", "mixed"]

const count = (draws: SeededDraws): number => oneOf(draws, [0, 1, 2, 3, 5, 8, 20, 100, 2000])

const parameters: Readonly<Record<string, (draws: SeededDraws) => unknown>> = {
  q: drawQuery,
  filter: (draws) =>
    oneOf<unknown>(draws, [
      drawFilter(draws),
      drawFilter(draws),
      [drawFilter(draws), [drawFilter(draws), drawFilter(draws)]],
      [drawFilter(draws)],
      "",
      [],
    ]),
  sort: (draws) => someOf(draws, sortable.slice(0, 6), 1, 2).map((name) => `${name}:${oneOf(draws, ["asc", "desc"])}`),
  limit: count,
  offset: (draws) => oneOf(draws, [0, 1, 3, 17, 200]),
  facets: (draws) => (sometimes(draws, 15) ? ["*"] : someOf(draws, facetNames, 0, 3)),
  attributesToRetrieve: (draws) => someOf(draws, attributes, 0, 3),
  attributesToHighlight: (draws) => someOf(draws, attributes, 1, 2),
  attributesToCrop: (draws) => someOf(draws, ["title", "overview", "overview:3", "title:1", "*"], 1, 2),
  cropLength: (draws) => oneOf(draws, [0, 1, 3, 10, 100]),
  cropMarker: (draws) => oneOf(draws, ["", "[...]", "…"]),
  highlightPreTag: (draws) => oneOf(draws, ["", "<b>", "**"]),
  highlightPostTag: (draws) => oneOf(draws, ["", "</b>", "**"]),
  showMatchesPosition: (draws) => sometimes(draws, 80),
  showRankingScore: (draws) => sometimes(draws, 80),
  showRankingScoreDetails: (draws) => sometimes(draws, 80),
  matchingStrategy: (draws) => oneOf(draws, ["last", "all", "frequency"]),
  attributesToSearchOn: (draws) => someOf(draws, ["title", "overview", "author.name", "*"], 1, 2),
  rankingScoreThreshold: (draws) => oneOf(draws, [0, 0.2, 0.5, 0.9, 1]),
  distinct: (draws) => oneOf(draws, ["language", "year", "author.name", "genres"]),
  locales: (draws) => oneOf(draws, [["eng"], ["fra", "deu"], []]),
}

export const parameterNames = Object.keys(parameters)

/** A right search of the library's shelf. */
export const drawSearch = (draws: SeededDraws, not: ReadonlyArray<string> = []): SearchBody => {
  const body: Record<string, unknown> = {}
  if (sometimes(draws, 75)) body["q"] = drawQuery(draws)
  for (const name of someOf(draws, parameterNames, 0, 5)) {
    if (!not.includes(name)) body[name] = parameters[name]?.(draws)
  }
  if (sometimes(draws, 25) && !not.includes("hitsPerPage")) {
    body["hitsPerPage"] = count(draws)
    if (sometimes(draws, 70)) body["page"] = draws.below(4)
  }
  return body
}

/** The same as a query string, as `GET /indexes/{uid}/search` takes it. */
export const searchQueryString = (body: SearchBody): string =>
  Object.entries(body)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(searchParameter(name, value))}`)
    .join("&")

const searchParameter = (name: string, value: unknown): string => {
  if (!Array.isArray(value)) return typeof value === "object" ? JSON.stringify(value) : String(value)
  return name === "filter" ? JSON.stringify(value) : value.join(",")
}
