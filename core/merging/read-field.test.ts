import { expect, test } from "vitest"
import { readMembers } from "#core/protocol/json-slices.ts"
import { isInside, readField, readFieldTexts } from "./read-field.ts"

const read = (document: string, field: string) => readField(document, readMembers(document), field)

test("a path reads members of objects, of objects in arrays, and members whose key has a dot", () => {
  const document = '{"a":{"b":1,"c":{"d":[4]}},"a.b":2,"l":[{"x":1},{"y":2},[{"x":3}],4],"ab":5}'
  expect(read(document, "a.b")).toEqual([1, 2])
  expect(read(document, "a.c.d")).toEqual([[4]])
  expect(read(document, "l.x")).toEqual([1, 3])
  expect(read(document, "a.x")).toEqual([])
  expect(read(document, "missing")).toEqual([])
})

test("texts keep every digit", () => {
  const document = '{"id":9007199254740993}'
  expect(readFieldTexts(document, readMembers(document), "id")).toEqual(["9007199254740993"])
})

test("a field lies inside another only behind a dot", () => {
  expect(isInside("a.b", "a")).toBe(true)
  expect(isInside("a.b.c", "a.b")).toBe(true)
  expect(isInside("ab", "a")).toBe(false)
  expect(isInside("a", "a")).toBe(false)
})
