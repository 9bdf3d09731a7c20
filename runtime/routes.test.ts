import { afterAll, beforeAll, describe, expect, it, test } from "vitest"
import { isListed } from "#core/program/route-meanings.ts"
import { type Route, routes } from "#core/program/routes.ts"
import type { ApiResponse } from "#core/protocol/http-message.ts"
import { describeRoutes } from "./describe-routes.ts"
import { type ModelProxy, startProxyOverModels } from "./embedded/proxy-over-models.ts"

// The table of routes against a whole proxy over model nodes.

const masterKey = "masterkey-masterkey"
let proxy: ModelProxy

beforeAll(async () => {
  proxy = await startProxyOverModels(masterKey)
})
afterAll(() => proxy.stop())

const ask = (route: Route, token: string | null = masterKey): Promise<ApiResponse> =>
  proxy.ask(route.method, route.path.replaceAll(/\{[a-z]+\}/g, "7"), token)

const nameOf = (route: Route): string => `${route.method} ${route.path}`
const isEmpty404 = ({ status, body }: ApiResponse): boolean => status === 404 && body === ""

/** The model node is a v1.21, and these came later: like an engine of that version, the proxy does not know them. */
const isUnknownBefore150 = ({ path }: Route): boolean =>
  /^\/indexes\/\{uid\}\/(compact|fields|settings\/foreign-keys)$/.test(path)

const supported = routes.filter((route) => route.class !== "refused")
const refused = routes.filter((route) => route.class === "refused")

describe("the table of routes", () => {
  it("says of every route what it needs", () => {
    expect(routes.filter(({ method, path }) => !isListed(method, path)).map(nameOf)).toEqual([])
  })

  it("gives a reason for what is refused, and for nothing else", () => {
    for (const route of routes) expect(route.reason !== null, nameOf(route)).toBe(route.class === "refused")
  })

  it("checks an index only where the path names one", () => {
    for (const route of routes)
      expect(route.scope === "index", nameOf(route)).toBe(route.path.startsWith("/indexes/{uid}"))
  })
})

test.each(supported.filter((route) => !isUnknownBefore150(route)).map((route) => [nameOf(route), route]))(
  "%s is answered",
  async (_name, route) => {
    const response = await ask(route)
    expect(response.status).not.toBe(501)
    expect(isEmpty404(response)).toBe(false)
  },
)

test.each(routes.filter((route) => isUnknownBefore150(route)).map((route) => [nameOf(route), route]))(
  "%s is unknown to an older fleet",
  async (_name, route) => {
    expect(isEmpty404(await ask(route))).toBe(true)
  },
)

test.each(refused.filter((route) => !isUnknownBefore150(route)).map((route) => [nameOf(route), route]))(
  "%s is refused",
  async (_name, route) => {
    const response = await ask(route)
    if (route.handle === null) {
      expect(response.status).toBe(501)
      expect(JSON.parse(response.body)).toMatchObject({
        code: "miroir_not_supported",
        message: expect.stringContaining(route.reason!),
      })
    } else expect([400, 404, 501]).toContain(response.status)
  },
)

test.each(routes.filter(({ action }) => action !== "none").map((route) => [nameOf(route), route]))(
  "%s is closed to who has no key, and to a key without any action",
  async (_name, route) => {
    const stranger = await ask(route, null)
    // What the engine's version does not know is no secret.
    if (isEmpty404(stranger)) return expect(isEmpty404(await ask(route))).toBe(true)
    expect(JSON.parse(stranger.body).code).toBe("missing_authorization_header")
    const created = await proxy.ask("POST", "/keys", masterKey, { actions: [], indexes: ["*"], expiresAt: null })
    const { key } = JSON.parse(created.body) as { key: string }
    expect(JSON.parse((await ask(route, key)).body).code).toBe("invalid_api_key")
  },
)

test("the reference page in the documentation is the one that the table gives", async () => {
  await expect(describeRoutes()).toMatchFileSnapshot("../docs/reference/routes.md")
})
