import { expect, test } from "vitest"
import { freePort } from "./free-port.ts"

test("a port that nobody listens on is still not given twice", async () => {
  const count = 1_000
  const ports = new Set<number>()
  for (let taken = 0; taken < count; taken += 1) ports.add(await freePort())
  expect(ports.size).toBe(count)
})
