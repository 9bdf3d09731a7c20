import * as fc from "fast-check"
import { expect, test } from "vitest"
import { bodyBytesExpected, makeBodyBudget } from "./body-budget.ts"

test("never more is given than there is, everybody gets a turn, and in order", async () => {
  const bodies = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(bodies, async (sizes) => {
      const budget = makeBodyBudget(100)
      let inUse = 0
      const order: Array<number> = []
      await Promise.all(
        sizes.map(async (bytes, position) => {
          const giveBack = await budget.take(bytes)
          order.push(position)
          inUse += Math.min(bytes, 100)
          expect(inUse).toBeLessThanOrEqual(100)
          await Promise.resolve()
          inUse -= Math.min(bytes, 100)
          giveBack()
        }),
      )
      expect(order).toEqual(sizes.map((_, position) => position))
    }),
  )
})

test.each([
  [{ "content-length": "500" }, 0],
  [{ "content-length": "1048576" }, 0],
  [{ "content-length": "5000000" }, 5_000_000],
  [{ "transfer-encoding": "chunked" }, 100_000_000],
  [{ "content-length": "16000", "content-encoding": "gzip" }, 0],
  [{ "content-length": "50000", "content-encoding": "gzip" }, 100_000_000],
  [{ "content-length": "5000000", "content-encoding": "unknown" }, 5_000_000],
])("a request with %j counts as %d bytes", (headers, bytes) => {
  const incoming = { method: "POST", target: "/", headers, readBody: () => Promise.resolve("gone" as const) }
  expect(bodyBytesExpected(incoming, 100_000_000)).toBe(bytes)
})
