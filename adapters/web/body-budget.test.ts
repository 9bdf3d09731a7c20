import * as fc from "fast-check"
import { expect, test } from "vitest"
import { makeBodyBudget } from "./body-budget.ts"

test("never more is given than there is, everybody gets a turn, and in order", async () => {
  const bodies = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(bodies, fc.nat(150), async (sizes, neededBytes) => {
      const budget = makeBodyBudget(100)
      let inUse = 0
      const order: Array<number> = []
      await Promise.all(
        sizes.map(async (bytes, position) => {
          const share = await budget.take(bytes)
          order.push(position)
          const granted = Math.min(bytes, 100)
          inUse += granted
          expect(inUse).toBeLessThanOrEqual(100)
          await Promise.resolve()
          const needed = Math.min(granted, neededBytes)
          inUse -= granted - needed
          share.shrinkTo(neededBytes)
          await Promise.resolve()
          inUse -= needed
          share.giveBack()
          // A second time gives nothing back.
          share.giveBack()
        }),
      )
      expect(order).toEqual(sizes.map((_, position) => position))
    }),
  )
})
