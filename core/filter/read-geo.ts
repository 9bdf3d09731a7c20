import type { FilterCondition, FilterPoint, FilterValue } from "./filter-expression.ts"
import type { FilterGrammar } from "./filter-grammar.ts"
import { FilterRefused } from "./filter-refused.ts"
import { floatAt, literal, skipSpace, wholeWord } from "./tokens.ts"

export interface ReadCondition {
  readonly condition: FilterCondition
  readonly next: number
}

/** `from` may point at space; errors point there too, as the engine's do. Null when no geo filter stands here. */
export const readGeo = (text: string, from: number, grammar: FilterGrammar): ReadCondition | null => {
  const at = skipSpace(text, from)
  const refuse = (sentence: string, start = from): never => {
    throw new FilterRefused(sentence, text, { start, end: text.length })
  }
  const radius = wholeWord(text, at, "_geoRadius")
  if (radius !== null) return readRadius(text, radius, grammar, refuse)
  const box = wholeWord(text, at, "_geoBoundingBox")
  if (box !== null) return readBox(text, box, refuse)
  const polygon = grammar.hasGeoShapes ? wholeWord(text, at, "_geoPolygon") : null
  return polygon === null ? null : readPolygon(text, polygon, refuse)
}

type Refuse = (sentence: string, start?: number) => never

const readRadius = (text: string, at: number, { hasGeoShapes }: FilterGrammar, refuse: Refuse): ReadCondition => {
  const list = readList(text, at, "(", ")", readFloat)
  if (list === null) {
    return refuse(
      hasGeoShapes
        ? "The `_geoRadius` filter must be in the form: `_geoRadius(latitude, longitude, radius, optionalResolution)`."
        : threeArguments,
    )
  }
  const [latitude, longitude, radius, resolution = null, ...more] = list.items
  const isComplete = latitude !== undefined && longitude !== undefined && radius !== undefined && more.length === 0
  if (!isComplete || (resolution !== null && !hasGeoShapes)) {
    const counted = `Was expecting 3 or 4 arguments for \`_geoRadius\`, but instead found ${list.items.length}.`
    return refuse(hasGeoShapes ? counted : threeArguments, list.next)
  }
  return { condition: { tag: "geoRadius", center: { latitude, longitude }, radius, resolution }, next: list.next }
}

const threeArguments = "The `_geoRadius` filter expects three arguments: `_geoRadius(latitude, longitude, radius)`."

const readBox = (text: string, at: number, refuse: Refuse): ReadCondition => {
  const sentence =
    "The `_geoBoundingBox` filter expects two pairs of arguments: `_geoBoundingBox([latitude, longitude], [latitude, longitude])`."
  const list = readList(text, at, "(", ")", readCoordinates)
  if (list === null) return refuse(sentence)
  const [topRight, bottomLeft, ...more] = list.items.map(pointOf)
  if (!topRight || !bottomLeft || more.length > 0) return refuse(sentence, list.next)
  return { condition: { tag: "geoBoundingBox", topRight, bottomLeft }, next: list.next }
}

const polygonPointsMin = 3

const readPolygon = (text: string, at: number, refuse: Refuse): ReadCondition => {
  const list = readList(text, at, "(", ")", readCoordinates)
  if (list === null) {
    return refuse(
      "The `_geoPolygon` filter doesn't match the expected format: `_geoPolygon([latitude, longitude], [latitude, longitude])`.",
    )
  }
  const count = list.items.length
  if (count < polygonPointsMin) {
    return refuse(`The \`_geoPolygon\` filter expects at least 3 points but only ${count} were specified`, list.next)
  }
  const points = list.items.map(
    (coordinates) =>
      pointOf(coordinates) ?? refuse(`Was expecting 2 coordinates but instead found ${coordinates.length}.`, list.next),
  )
  return { condition: { tag: "geoPolygon", points }, next: list.next }
}

interface Read<A> {
  readonly item: A
  readonly next: number
}

/** One or more items between two brackets, with commas between and optional space around each item. */
const readList = <A>(
  text: string,
  at: number,
  open: string,
  close: string,
  readItem: (text: string, at: number) => Read<A> | null,
): { readonly items: ReadonlyArray<A>; readonly next: number } | null => {
  const items: Array<A> = []
  let next = literal(text, at, open)
  while (next !== null) {
    const read: Read<A> | null = readItem(text, skipSpace(text, next))
    if (read === null) return null
    items.push(read.item)
    const after = skipSpace(text, read.next)
    const end = literal(text, after, close)
    if (end !== null) return { items, next: end }
    next = literal(text, after, ",")
  }
  return null
}

const readFloat = (text: string, at: number): Read<FilterValue> | null => {
  const found = floatAt(text, at)
  const end = at + found.length
  return found === "" ? null : { item: { text: found, quoted: false, start: at, end }, next: end }
}

const readCoordinates = (text: string, at: number): Read<ReadonlyArray<FilterValue>> | null => {
  const list = readList(text, at, "[", "]", readFloat)
  return list === null ? null : { item: list.items, next: list.next }
}

const pointOf = ([latitude, longitude, ...more]: ReadonlyArray<FilterValue>): FilterPoint | null =>
  latitude !== undefined && longitude !== undefined && more.length === 0 ? { latitude, longitude } : null
