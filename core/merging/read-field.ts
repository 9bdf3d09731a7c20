import { type Member, readElements, readMembers } from "#core/protocol/json-slices.ts"

/**
 * JSON texts of the values of a field of a document: `a.b` names the member "a.b", the member "b" of the object "a", and
 * that of each object in the array "a". Usually there is one value or none.
 */
export const readFieldTexts = (text: string, members: ReadonlyArray<Member>, field: string): Array<string> => {
  const values: Array<string> = []
  collect(text, members, field, values)
  return values
}

/** The same, parsed: for comparing by value only, because large integers lose digits. */
export const readField = (text: string, members: ReadonlyArray<Member>, field: string): Array<unknown> =>
  readFieldTexts(text, members, field).map((value): unknown => JSON.parse(value))

const collect = (text: string, members: ReadonlyArray<Member>, field: string, values: Array<string>): void => {
  for (const member of members) {
    if (member.key === field) values.push(text.slice(member.valueStart, member.valueEnd))
    else if (isInside(field, member.key)) descend(text, member.valueStart, field.slice(member.key.length + 1), values)
  }
}

const descend = (text: string, start: number, field: string, values: Array<string>): void => {
  const first = text[start]
  if (first === "{") collect(text, readMembers(text, start), field, values)
  if (first !== "[") return
  for (const element of readElements(text, start)) descend(text, element.start, field, values)
}

/** Whether the field lies inside the one that encloses it: `a.b` in `a`, but `ab` not. */
export const isInside = (field: string, enclosing: string): boolean =>
  field.length > enclosing.length && field[enclosing.length] === "." && field.startsWith(enclosing)
