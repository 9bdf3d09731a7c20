import { type Member, readElements, readMembers } from "#core/protocol/json-slices.ts"
import { isInside } from "./read-field.ts"
import { type Rewrite, rewriteMembers, withValue } from "./rewrite-members.ts"

/**
 * What an index's `displayedAttributes` leave of one member of a document. `person.name` leaves of `person` its `name`,
 * in each object where `person` is an array. As on the engine (measured on v1.21.0) a scalar in the place of an object
 * disappears, objects inside arrays disappear when nothing of them is left, and everything else that is left empty
 * stays, empty.
 */
export const restrictMember = (text: string, member: Member, displayed: ReadonlyArray<string>): Rewrite => {
  if (displayed.includes(member.key) || displayed.includes("*")) return true
  const inner = fieldsInside(displayed, member.key)
  if (inner.length === 0) return false
  const value = restrictValue(text, member.valueStart, member.valueEnd, inner)
  return value === null ? false : withValue(text, member, value)
}

/** What is left of one member when these fields are taken out: a value that becomes empty goes with them. */
export const dropFields = (text: string, member: Member, fields: ReadonlyArray<string>): Rewrite => {
  if (fields.length === 0) return true
  if (fields.includes(member.key)) return false
  const inner = fieldsInside(fields, member.key)
  if (inner.length === 0) return true
  const value = withoutFields(text, member.valueStart, member.valueEnd, inner)
  return isEmpty(value) ? false : withValue(text, member, value)
}

/**
 * Whether a field of the flattened document, such as a key of `_matchesPosition`, lies inside a displayed attribute.
 */
export const isDisplayed = (field: string, displayed: ReadonlyArray<string>): boolean =>
  displayed.some((attribute) => attribute === "*" || attribute === field || isInside(field, attribute))

/** `["a.b", "c"]` inside `a` is `["b"]`. */
const fieldsInside = (fields: ReadonlyArray<string>, enclosing: string): Array<string> =>
  fields.filter((field) => isInside(field, enclosing)).map((field) => field.slice(enclosing.length + 1))

/** Null for a scalar: nothing can be inside it. */
const restrictValue = (text: string, start: number, end: number, displayed: ReadonlyArray<string>): string | null => {
  if (text[start] === "{") {
    return rewriteMembers(text, { start, end }, readMembers(text, start), (member) =>
      restrictMember(text, member, displayed),
    )
  }
  if (text[start] !== "[") return null
  const elements = readElements(text, start)
    .map((element) => restrictValue(text, element.start, element.end, displayed))
    .filter((element) => element !== null && element !== "{}")
  return `[${elements.join(",")}]`
}

const withoutFields = (text: string, start: number, end: number, fields: ReadonlyArray<string>): string => {
  if (text[start] === "{") {
    return rewriteMembers(text, { start, end }, readMembers(text, start), (member) => dropFields(text, member, fields))
  }
  if (text[start] !== "[") return text.slice(start, end)
  const elements = readElements(text, start)
    .map((element) => withoutFields(text, element.start, element.end, fields))
    .filter((element) => !isEmpty(element))
  return `[${elements.join(",")}]`
}

const isEmpty = (value: string): boolean => value === "{}" || value === "[]"
