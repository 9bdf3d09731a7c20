// Canonical inputs: the same seed gives the same ids and documents on every machine, so figures of two runs compare.
import type { Placement, Topology } from "#core/topology/topology.ts"

/** The next number of a seeded sequence, 0 ≤ n < 1. */
export type Draw = () => number

/** sfc32 (Chris Doty-Humphrey's small fast counter), on 32-bit integers. */
export const seededDraw = (seed: number): Draw => {
  let [first, second, third, counter] = [seed | 0, 0x9e3779b9 | 0, 0x243f6a88 | 0, 1]
  const draw = (): number => {
    const sum = (first + second + counter) | 0
    counter = (counter + 1) | 0
    first = second ^ (second >>> 9)
    second = (third + (third << 3)) | 0
    third = (((third << 21) | (third >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  // The first draws of neighbouring seeds resemble each other.
  for (let discarded = 0; discarded < 12; discarded++) draw()
  return draw
}

export const drawInteger = (draw: Draw, min: number, max: number): number => min + Math.floor(draw() * (max - min + 1))

export const pick = <Item>(draw: Draw, items: ReadonlyArray<Item>): Item =>
  items[drawInteger(draw, 0, items.length - 1)]!

const idCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-_"

/** Distinct document ids of 10 to 40 characters. */
export const makeIds = (count: number, seed: number): ReadonlyArray<string> => {
  const draw = seededDraw(seed)
  const ids = new Set<string>()
  while (ids.size < count) {
    const length = drawInteger(draw, 10, 40)
    ids.add(Array.from({ length }, () => pick(draw, Array.from(idCharacters))).join(""))
  }
  return [...ids]
}

const words =
  `the of search index document shard replica café naïve "quoted" path\\to line\nbreak river mountain story night city
  love war young family world life new old friend secret journey home island 東京 élan fire water king queen`.split(
    / +|\n +/,
  )

const makeText = (draw: Draw, wordCount: number): string =>
  Array.from({ length: wordCount }, () => pick(draw, words)).join(" ")

export const genres = [
  "Action",
  "Comedy",
  "Documentary",
  "Drama",
  "Fantasy",
  "Horror",
  "Romance",
  "Thriller",
  "Western",
]

export interface Movie {
  readonly id: number
  readonly title: string
  readonly overview: string
  readonly genres: ReadonlyArray<string>
  readonly year: number
  readonly rating: number
  readonly available: boolean
  readonly studio: { readonly name: string; readonly country: string | null }
}

export const makeMovie = (draw: Draw, id: number, overviewWords: number): Movie => ({
  id,
  title: makeText(draw, 4),
  overview: makeText(draw, overviewWords),
  genres: Array.from({ length: drawInteger(draw, 1, 3) }, () => pick(draw, genres)),
  year: drawInteger(draw, 1930, 2025),
  rating: drawInteger(draw, 10, 99) / 10,
  available: draw() < 0.5,
  studio: { name: makeText(draw, 2), country: draw() < 0.2 ? null : "FR" },
})

/** A JSON array of documents of about 1 kB, in UTF-8; at least `bytesMin` long. */
export const makePayload = (bytesMin: number, seed: number): Uint8Array => {
  const draw = seededDraw(seed)
  const documents: Array<string> = []
  for (let length = 0, id = 1; length < bytesMin; id++) {
    const document = JSON.stringify(makeMovie(draw, id, 140))
    documents.push(document)
    length += document.length
  }
  return new TextEncoder().encode(`[${documents.join(",")}]`)
}

export const makeTopology = (nodeCount: number, replicationFactor: number): Topology => ({
  epoch: 1,
  replicationFactor,
  defaultShardCount: 64,
  groups: [
    {
      id: groupId,
      nodes: Array.from({ length: nodeCount }, (_, node) => ({ id: `node-${node}`, url: `http://node-${node}:7700` })),
    },
  ],
})

export const groupId = "a"

/** Per shard the positions of its nodes in a list of nodes. */
export const nodeNumbers = (
  placement: Placement,
  nodeIds: ReadonlyArray<string>,
): ReadonlyArray<ReadonlyArray<number>> =>
  placement[groupId]!.map((replicas) => replicas.map((nodeId) => nodeIds.indexOf(nodeId)))
