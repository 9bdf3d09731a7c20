import { seededDraws } from "../seeded-draws.ts"
import { oneOf, someOf, sometimes, times } from "./draw-values.ts"
import type { Step } from "./sequence.ts"

/** One document of the shared indexes: every kind of value, with gaps. Ids grow in the order of arrival. */
export interface Book {
  readonly id: number
  readonly [field: string]: unknown
}

export const titleWords = [
  "silver",
  "river",
  "night",
  "garden",
  "winter",
  "castle",
  "shadow",
  "golden",
  "Émile",
  "star",
]
export const textWords = [
  ...titleWords,
  "the",
  "of",
  "and",
  "castles",
  "silvery",
  "gardener",
  "wintry",
  "stars",
  "letters",
  "lettres",
  "ocean",
  "oceans",
  "machine",
  "machines",
  "42",
  "2001",
  "co-op",
  "don't",
  "straße",
  "東京",
]
export const genres = ["novel", "poetry", "drama", "Essay", "sci-fi", "Cooking", "crime"]
export const languages = ["en", "fr", "de", "it"]
const authors = ["Ana Silva", "Bo Chen", "Cleo Night", "Dan O'Hara", "Eva Garden", "Finn Castle"]

const bookCount = 90
const librarySeed = 20_240_601

const makeBook = (id: number, draws = seededDraws(librarySeed + id * 7919)): Book => {
  const words = (count: number): string => times(count, () => oneOf(draws, textWords)).join(" ")
  const book: Record<string, unknown> = {
    id,
    title: `${times(1 + draws.below(3), () => oneOf(draws, titleWords)).join(" ")}`,
    overview: words(4 + draws.below(12)),
    genres: someOf(draws, genres, 0, 3),
    author: { name: oneOf(draws, authors), born: 1900 + draws.below(80) },
    year: 1950 + draws.below(70),
  }
  if (sometimes(draws, 70)) book["rating"] = draws.below(50) / 10
  else if (sometimes(draws, 50)) book["rating"] = null
  if (sometimes(draws, 80)) book["language"] = oneOf(draws, languages)
  if (sometimes(draws, 60)) book["available"] = sometimes(draws, 50)
  if (sometimes(draws, 50)) book["tags"] = someOf(draws, ["a b", "x-y", "Ünï", "12", "it's"], 0, 3)
  if (sometimes(draws, 50)) book["mixed"] = oneOf<unknown>(draws, [3, "3", "three", true, ["3", 4], { deep: 1 }, ""])
  if (sometimes(draws, 40)) book["price"] = { amount: draws.below(4000) / 100, currency: "EUR" }
  if (sometimes(draws, 60)) {
    book["_geo"] = { lat: 40 + draws.below(1000) / 100, lng: draws.below(1000) / 100 }
  }
  return book as Book
}

export const books: ReadonlyArray<Book> = times(bookCount, (position) => makeBook(position + 1))

/**
 * The engine's vector index splits its leaves as soon as they hold more vectors than a vector has numbers, and then finds neighbours by
 * chance: two fresh engines with the same documents disagree. Below that, its answers are exact.
 */
export const vectorDimensions = 64

/** A vector of its own for each seed, in hundredths. */
export const libraryVector = (seed: number): number[] => {
  const draws = seededDraws(librarySeed + seed * 31)
  return times(vectorDimensions, () => (draws.below(201) - 100) / 100)
}

/** Documents with vectors for `manual`; some have none, some have two. */
const vectorBooks: ReadonlyArray<Book> = books.slice(0, 40).map(({ id, title, year, genres: ofBook }) => {
  const plain = { id, title, year, genres: ofBook }
  if (id % 9 === 0) return { ...plain, _vectors: { manual: null } }
  if (id % 7 === 0) return { ...plain, _vectors: { manual: [libraryVector(id), libraryVector(id + 1000)] } }
  return { ...plain, _vectors: { manual: libraryVector(id) } }
})

/** Shared indexes that nobody writes to after they were made. */
export const library = {
  /** Everything may be filtered and sorted. */
  shelf: "library-shelf",
  /** Settings as they come. */
  plain: "library-plain",
  /** Every setting that changes what a search shows. */
  tuned: "library-tuned",
  /** A user's own vectors. */
  vectors: "library-vectors",
  /** Without documents. */
  empty: "library-empty",
} as const

export const filterable = [
  "id",
  "genres",
  "author",
  "year",
  "rating",
  "language",
  "available",
  "tags",
  "mixed",
  "price.amount",
  "title",
  "_geo",
]
export const sortable = ["title", "year", "rating", "author.born", "author.name", "mixed", "price", "_geo", "id"]

const put = (uid: string, settings: object): Step => ({
  method: "PATCH",
  path: `/indexes/${uid}/settings`,
  body: settings,
})
const fill = (uid: string, documents: ReadonlyArray<Book>): Step => ({
  method: "POST",
  path: `/indexes/${uid}/documents?primaryKey=id`,
  body: documents,
})

export const libraryFixtures: ReadonlyArray<Step> = [
  put(library.shelf, { filterableAttributes: filterable, sortableAttributes: sortable }),
  fill(library.shelf, books.slice(0, 50)),
  fill(library.shelf, books.slice(50)),
  fill(library.plain, books),
  put(library.tuned, {
    searchableAttributes: ["title", "overview", "author.name"],
    displayedAttributes: ["id", "title", "overview", "year", "genres"],
    filterableAttributes: [
      "genres",
      "language",
      { attributePatterns: ["year"], features: { facetSearch: false, filter: { equality: true, comparison: true } } },
      {
        attributePatterns: ["author.*"],
        features: { facetSearch: true, filter: { equality: true, comparison: false } },
      },
    ],
    sortableAttributes: ["year", "title"],
    rankingRules: ["sort", "words", "typo", "proximity", "attribute", "exactness", "year:desc"],
    stopWords: ["the", "of", "and"],
    synonyms: { silver: ["golden"], star: ["night"], "winter castle": ["garden"] },
    typoTolerance: { minWordSizeForTypos: { oneTypo: 4, twoTypos: 7 }, disableOnWords: ["river"] },
    faceting: { maxValuesPerFacet: 3, sortFacetValuesBy: { genres: "count" } },
    pagination: { maxTotalHits: 30 },
    proximityPrecision: "byAttribute",
    separatorTokens: ["|"],
    dictionary: ["co-op"],
  }),
  fill(library.tuned, books),
  put(library.vectors, {
    embedders: { manual: { source: "userProvided", dimensions: vectorDimensions } },
    filterableAttributes: ["genres", "year"],
    sortableAttributes: ["year"],
  }),
  fill(library.vectors, vectorBooks),
  { method: "POST", path: "/indexes", body: { uid: library.empty, primaryKey: "id" } },
]
