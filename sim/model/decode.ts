// Strict decoding of request bodies and query strings, with the engine's messages. The first mistake is reported.

import { isJsonObject, type Json, type JsonObject } from "#core/prelude/json.ts"
import * as messages from "#core/protocol/deserr-messages.ts"
import { refuse } from "./refusal.ts"

/** Where a value stands, and the error code of a mistake there. */
export interface Place {
  /** `.limit`, `.sort[0]`, or the name of a query parameter; empty at the top. */
  readonly path: string
  readonly code: string
  readonly isQuery: boolean
}

export type Decoder<A> = (value: Json, place: Place) => A

export const inBody = (path: string, code: string): Place => ({ path, code, isQuery: false })
export const inQuery = (path: string, code: string): Place => ({ path, code, isQuery: true })

const placeOf = ({ path, isQuery }: Place): messages.Place =>
  isQuery ? { tag: "query", parameter: path } : { tag: "body", path }

export const wrongType = (place: Place, expected: ReadonlyArray<messages.JsonKind>, value: Json): never =>
  refuse(place.code, messages.wrongType(placeOf(place), expected, value))

export const wrongValue = (place: Place, reason: string): never =>
  refuse(place.code, messages.invalidValue(placeOf(place), reason))

const unknownMember = (place: Place, name: string, known: ReadonlyArray<string>): never =>
  refuse(
    place.code,
    place.isQuery ? messages.unknownParameter(name, known) : messages.unknownField(place.path, name, known),
  )

export const missingField = (place: Place, name: string): never =>
  refuse(place.code, messages.missingField(placeOf(place), name))

export const string: Decoder<string> = (value, place) =>
  typeof value === "string" ? value : wrongType(place, ["a string"], value)

export const boolean: Decoder<boolean> = (value, place) => {
  if (place.isQuery && (value === "true" || value === "false")) return value === "true"
  if (place.isQuery) return wrongValue(place, messages.notABoolean(String(value)))
  return typeof value === "boolean" ? value : wrongType(place, ["a boolean"], value)
}

export const count: Decoder<number> = (value, place) => {
  if (place.isQuery) {
    if (typeof value === "string" && /^\+?\d+$/.test(value)) return Number(value)
    return wrongValue(place, messages.notAPositiveInteger(String(value)))
  }
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value
  return wrongType(place, ["a positive integer"], value)
}

export const fraction: Decoder<number> = (value, place) => {
  const number = place.isQuery && typeof value === "string" && value !== "" ? Number(value) : value
  if (typeof number !== "number" || Number.isNaN(number)) return wrongType(place, ["a number"], value)
  if (number < 0 || number > 1)
    return wrongValue(
      place,
      `the value of \`${place.path.replace(/^\./, "")}\` is invalid, expected a float between \`0.0\` and \`1.0\`.`,
    )
  return number
}

export const array =
  <A>(item: Decoder<A>): Decoder<ReadonlyArray<A>> =>
  (value, place) => {
    if (place.isQuery && typeof value === "string") {
      const parts = value === "" ? [] : value.split(",")
      const path = (order: number): string => (parts.length > 1 ? `${place.path}[${order}]` : place.path)
      return parts.map((part, order) => item(part, { ...place, path: path(order) }))
    }
    if (!Array.isArray(value)) return wrongType(place, ["an array"], value)
    return value.map((part: Json, order) => item(part, { ...place, path: `${place.path}[${order}]` }))
  }

export const strings: Decoder<ReadonlyArray<string>> = array(string)

export const nullable =
  <A>(decode: Decoder<A>): Decoder<A | null> =>
  (value, place) =>
    value === null ? null : decode(value, place)

export const oneOf =
  <A extends string>(known: ReadonlyArray<A>): Decoder<A> =>
  (value, place) => {
    const text = string(value, place)
    const found = known.find((other) => other === text)
    if (found !== undefined) return found
    return refuse(place.code, messages.unknownValue(placeOf(place), text, known))
  }

export const object: Decoder<JsonObject> = (value, place) =>
  isJsonObject(value) ? value : wrongType(place, ["an object"], value)

/** A decoder for each member; absent members stay absent. */
export type Fields = Readonly<Record<string, { readonly code: string; readonly decode: Decoder<unknown> }>>

/** Decodes the members of an object, in the order in which they were sent. */
export const members = (value: Json, place: Place, fields: Fields): Readonly<Record<string, unknown>> => {
  const decoded: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(object(value, place))) {
    // A client may write `constructor`.
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (field === undefined) return unknownMember(place, name, Object.keys(fields))
    decoded[name] = field.decode(member ?? null, {
      ...place,
      path: place.isQuery ? name : `${place.path}.${name}`,
      code: field.code,
    })
  }
  return decoded
}
