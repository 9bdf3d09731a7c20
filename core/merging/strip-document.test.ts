import { expect, test } from "vitest"
import { stripDocument } from "./strip-document.ts"

test("a document loses our members and keeps everything else letter by letter", () => {
  expect(stripDocument('{"_miroir_shard":"!","_miroir_version":"!!","id":1,"n":1.50,"o":{"_miroir_x":1}}')).toBe(
    '{"id":1,"n":1.50,"o":{"_miroir_x":1}}',
  )
  expect(stripDocument('{"_miroir_shard":"!"}')).toBe("{}")
})

test("a document without anything to hide is the same text, white space included", () => {
  const text = '{ "id": 1,\n  "n": [ ] }'
  expect(stripDocument(text)).toBe(text)
})

test("fields that only we asked for are hidden", () => {
  expect(stripDocument('{"id":1,"a":{"b":2},"c":3}', ["id", "a.b"])).toBe('{"c":3}')
})
