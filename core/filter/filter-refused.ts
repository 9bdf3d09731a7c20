import { escapeDebug } from "./escape-debug.ts"

/** A part of the filter, by offsets: what an error points at. */
export interface FilterSpan {
  readonly start: number
  readonly end: number
}

/**
 * The filter is refused for good, whatever else might have been tried: thrown by the readers of this folder and caught
 * by `parseFilter`, nowhere else. The message is Meilisearch's: a sentence, then the columns and the whole filter.
 */
export class FilterRefused extends Error {
  override readonly name = "FilterRefused"
  constructor(sentence: string, text: string, span: FilterSpan) {
    super(`${sentence}\n${columnsOf(text, span)} ${text}`)
  }
}

/** `5:8`: first column and the column after the last, in characters, counted from 1 in the line where the part begins. */
export const columnsOf = (text: string, { start, end }: FilterSpan): string => {
  const lineStart = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1
  const column = countCharacters(text.slice(lineStart, start)) + 1
  return `${column}:${column + countCharacters(text.slice(start, end))}`
}

const countCharacters = (text: string): number => Array.from(text).length

const whiteSpaceOnly = /^\p{White_Space}*$/u

export const isBlank = (text: string): boolean => whiteSpaceOnly.test(text)

/** A value was needed and something else stood there. */
export const expectedValue = (found: string, isReserved: boolean): string => {
  const quoted = escapeDebug(found)
  if (isBlank(found)) return "Was expecting a value but instead got nothing."
  return isReserved
    ? `Was expecting a value but instead got \`${quoted}\`, which is a reserved keyword. To use \`${quoted}\` as a field name or a value, surround it by quotes.`
    : `Was expecting a value but instead got \`${quoted}\`.`
}

/** No condition begins here. */
export const expectedOperation = (found: string, hasGeoShapes: boolean): string => {
  const shapes = hasGeoShapes
    ? "`_geoRadius`, `_geoBoundingBox` or `_geoPolygon`"
    : "`_geoRadius`, or `_geoBoundingBox`"
  const place = isBlank(found) ? "but instead got nothing." : `at \`${escapeDebug(found)}\`.`
  return `Was expecting an operation \`=\`, \`!=\`, \`>=\`, \`>\`, \`<=\`, \`<\`, \`IN\`, \`NOT IN\`, \`TO\`, \`EXISTS\`, \`NOT EXISTS\`, \`IS NULL\`, \`IS NOT NULL\`, \`IS EMPTY\`, \`IS NOT EMPTY\`, \`CONTAINS\`, \`NOT CONTAINS\`, \`STARTS WITH\`, \`NOT STARTS WITH\`, ${shapes} ${place}`
}

export const unexpectedEnd = (rest: string): string =>
  `Found unexpected characters at the end of the filter: \`${escapeDebug(rest)}\`. You probably forgot an \`OR\` or an \`AND\` rule.`

export const missingDelimiter = (expression: string, delimiter: string): string =>
  `Expression \`${escapeDebug(expression)}\` is missing the following closing delimiter: \`${delimiter}\`.`

export const unexpectedInList = (rest: string): string =>
  `Expected only comma-separated field names inside \`IN[..]\` but instead found \`${escapeDebug(rest)}\`.`

export const reservedGeo = (name: string): string =>
  `\`${name}\` is a reserved keyword and thus can't be used as a filter expression. Use the \`_geoRadius(latitude, longitude, distance)\` or \`_geoBoundingBox([latitude, longitude], [latitude, longitude])\` built-in rules to filter on \`_geo\` coordinates.`

export const tooDeep =
  "The filter exceeded the maximum depth limit. Try rewriting the filter so that it contains fewer nested conditions."
