import { setImmediate } from "node:timers/promises"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type ModelProxy, startProxyOverModels } from "./embedded/proxy-over-models.ts"

// Embedded nodes show the experimental features of an engine, and take no change of them.

const masterKey = "masterkey-masterkey"
let proxy: ModelProxy

beforeAll(async () => {
  proxy = await startProxyOverModels(masterKey)
})
afterAll(() => proxy.stop())

test("a feature that nodes refuse is refused in their words, stays off, and leaves the nodes to be read", async () => {
  await proxy.ask("POST", "/indexes/movies/documents", masterKey, [{ id: 1 }])
  await endOfTask(1)
  const refused = await proxy.ask("PATCH", "/experimental-features", masterKey, { metrics: true })
  expect(refused.status).toBe(400)
  expect(JSON.parse(refused.body)).toMatchObject({
    code: "feature_not_enabled",
    message: expect.stringContaining("does not support experimental features"),
  })
  const shown = await proxy.ask("GET", "/experimental-features", masterKey)
  expect(JSON.parse(shown.body)).toMatchObject({ metrics: false })
  const found = await proxy.ask("POST", "/indexes/movies/search", masterKey, { q: "" })
  expect([found.status, found.headers["x-miroir-degraded"]]).toEqual([200, undefined])
})

const endOfTask = async (uid: number): Promise<void> => {
  for (;;) {
    const { body } = await proxy.ask("GET", `/tasks/${uid}`, masterKey)
    if ((JSON.parse(body) as { readonly status: string }).status === "succeeded") return
    await setImmediate()
  }
}
