// What the engine accepts for each setting, and the form in which it keeps it.

import { isJsonObject, type Json, type JsonObject } from "#core/prelude/json.ts"
import {
  boolean,
  count,
  type Decoder,
  members,
  missingField,
  nullable,
  object,
  oneOf,
  string,
  strings,
  wrongType,
  wrongValue,
} from "./decode.ts"
import { compareTexts } from "./ranking-scores.ts"

export const plainList: Decoder<Json> = (value, place) => strings(value, place)

/** Sets come back sorted and without repetitions. */
export const sortedSet: Decoder<Json> = (value, place) => [...new Set(strings(value, place))].sort(compareTexts)

export const relevancyRules = ["words", "typo", "proximity", "attribute", "sort", "exactness"]

export const rankingRule: Decoder<string> = (value, place) => {
  const rule = string(value, place)
  if (relevancyRules.includes(rule)) return rule
  const [, field] = /^(.+):(?:asc|desc)$/.exec(rule) ?? []
  if (field === undefined) {
    return wrongValue(
      place,
      `\`${rule}\` ranking rule is invalid. Valid ranking rules are words, typo, sort, proximity, attribute, exactness and custom ranking rules.`,
    )
  }
  if (field.startsWith("_geo"))
    return wrongValue(place, `\`${field}\` is a reserved keyword and thus can't be used as a ranking rule`)
  return rule
}

export const filterableAttribute: Decoder<Json> = (value, place) => {
  if (typeof value === "string") return value
  if (!isJsonObject(value)) return wrongType(place, ["a string"], value)
  const given = members(value, place, {
    attributePatterns: { code: place.code, decode: strings },
    features: {
      code: place.code,
      decode: (features, inner) =>
        members(features, inner, {
          facetSearch: { code: inner.code, decode: boolean },
          filter: {
            code: inner.code,
            decode: (filter, deep) =>
              members(filter, deep, {
                equality: { code: deep.code, decode: boolean },
                comparison: { code: deep.code, decode: boolean },
              }),
          },
        }),
    },
  }) as { attributePatterns?: ReadonlyArray<string>; features?: { facetSearch?: boolean; filter?: JsonObject } }
  if (given.attributePatterns === undefined) return missingField(place, "attributePatterns")
  return {
    attributePatterns: given.attributePatterns,
    features: {
      facetSearch: given.features?.facetSearch ?? false,
      filter: { equality: true, comparison: false, ...given.features?.filter },
    },
  }
}

const minWordSize: Decoder<Json> = (value, place) => {
  const sizes = members(value, place, {
    oneTypo: { code: place.code, decode: nullable(count) },
    twoTypos: { code: place.code, decode: nullable(count) },
  })
  const { oneTypo, twoTypos } = sizes
  if (typeof oneTypo === "number" && typeof twoTypos === "number" && oneTypo > twoTypos) {
    return wrongValue(
      place,
      `\`minWordSizeForTypos\` setting is invalid. \`oneTypo\` and \`twoTypos\` fields should be between \`0\` and \`255\`, and \`twoTypos\` should be greater or equals to \`oneTypo\` but found \`oneTypo: ${oneTypo}\` and twoTypos: ${twoTypos}\`.`,
    )
  }
  return sizes as JsonObject
}

export const typoTolerance: Decoder<Json> = (value, place) =>
  members(value, place, {
    enabled: { code: place.code, decode: nullable(boolean) },
    minWordSizeForTypos: { code: place.code, decode: nullable(minWordSize) },
    disableOnWords: { code: place.code, decode: nullable(sortedSet) },
    disableOnAttributes: { code: place.code, decode: nullable(sortedSet) },
    disableOnNumbers: { code: place.code, decode: nullable(boolean) },
  }) as JsonObject

const sortFacetValuesBy: Decoder<Json> = (value, place) =>
  Object.fromEntries(
    Object.entries(object(value, place)).map(([name, order]) => [
      name,
      oneOf(["alpha", "count"])(order ?? null, { ...place, path: `${place.path}.${name}` }),
    ]),
  )

export const faceting: Decoder<Json> = (value, place) =>
  members(value, place, {
    maxValuesPerFacet: { code: place.code, decode: nullable(count) },
    sortFacetValuesBy: { code: place.code, decode: nullable(sortFacetValuesBy) },
  }) as JsonObject

const maxTotalHits: Decoder<Json> = (value, place) =>
  count(value, place) ||
  wrongValue(place, "a non-zero integer value lower than `18446744073709551615` was expected, but found a zero")

export const pagination: Decoder<Json> = (value, place) =>
  members(value, place, { maxTotalHits: { code: place.code, decode: nullable(maxTotalHits) } }) as JsonObject

export const synonyms: Decoder<Json> = (value, place) =>
  Object.fromEntries(
    Object.entries(object(value, place))
      .map(([word, others]) => [word, strings(others ?? null, { ...place, path: `${place.path}.${word}` })] as const)
      .sort(([left], [right]) => compareTexts(left, right)),
  )
