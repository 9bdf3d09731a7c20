import { expect, test } from "vitest"
import { readMembers } from "#core/protocol/json-slices.ts"
import { dropFields, isDisplayed, restrictMember } from "./displayed-attributes.ts"
import { rewriteMembers } from "./rewrite-members.ts"

const rewritten = (document: string, rewrite: typeof restrictMember, fields: ReadonlyArray<string>): string =>
  rewriteMembers(document, { start: 0, end: document.length }, readMembers(document), (member) =>
    rewrite(document, member, fields),
  )

test("displayed attributes leave what v1.21.0 leaves", () => {
  const displayed = ["id", "p.name", "q.x", "r", "s.t", "w.u", "z.a.b"]
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['{"id":1.0,"p":{"name":"ann","age":3},"h":1}', '{"id":1.0,"p":{"name":"ann"}}'],
    ['{"q":[{"x":1,"y":2},{"y":3},5,[{"x":9},3]]}', '{"q":[{"x":1},[{"x":9}]]}'],
    ['{"r":{"deep":1},"s":5,"z":{"a":{"b":"zed","c":2}}}', '{"r":{"deep":1},"z":{"a":{"b":"zed"}}}'],
    ['{"p.name":"dotted ann","p.age":3}', '{"p.name":"dotted ann"}'],
    ['{"w":{"v":1}}', '{"w":{}}'],
    ['{"w":[[{"v":1}],{"u":2}]}', '{"w":[[],{"u":2}]}'],
    ['{"q":[3]}', '{"q":[]}'],
  ]
  for (const [document, left] of cases) expect(rewritten(document, restrictMember, displayed)).toBe(left)
})

test("a star displays everything", () => {
  expect(rewritten('{"a":1,"b":{"c":2}}', restrictMember, ["a", "*"])).toBe('{"a":1,"b":{"c":2}}')
})

test("fields that are taken out leave no empty shells behind", () => {
  expect(rewritten('{"a":1,"b":{"c":2,"d":3},"e":[{"f":1},{"f":2,"g":3}]}', dropFields, ["b.c", "e.f", "x"])).toBe(
    '{"a":1,"b":{"d":3},"e":[{"g":3}]}',
  )
  expect(rewritten('{"b":{"c":2},"e":[{"f":1}],"n":{}}', dropFields, ["b.c", "e.f"])).toBe('{"n":{}}')
})

test("a match lies in a displayed attribute or inside one", () => {
  expect(isDisplayed("a.b", ["a"])).toBe(true)
  expect(isDisplayed("a.b", ["a.b"])).toBe(true)
  expect(isDisplayed("a", ["a.b"])).toBe(false)
  expect(isDisplayed("ab", ["a"])).toBe(false)
})
