import * as fc from "fast-check"
import { expect, test } from "vitest"
import { editDistance, nearestName } from "./nearest-name.ts"

test("the distance of two texts is a metric: zero only for equal ones, symmetric, never longer by a detour", () => {
  const text = fc.string({ maxLength: 8 })
  fc.assert(
    fc.property(text, text, text, (one, other, detour) => {
      expect(editDistance(one, other) === 0).toBe(one === other)
      expect(editDistance(one, other)).toBe(editDistance(other, one))
      expect(editDistance(one, other)).toBeLessThanOrEqual(editDistance(one, detour) + editDistance(detour, other))
    }),
  )
})

test.each([
  ["server.prot", "server.port"],
  ["port", "server.port"],
  ["sever.host", "server.host"],
  ["completely-else", null],
  ["", null],
])("for %j the nearest name is %j", (wrong, nearest) => {
  expect(nearestName(wrong, ["server.host", "server.port", "log.level"])).toBe(nearest)
})
