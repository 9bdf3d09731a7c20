import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect } from "effect"
import { afterAll, beforeAll, expect, test } from "vitest"
import { Outbound } from "#core/ports/outbound.ts"
import { httpOutboundLayer } from "./http-outbound.ts"

const seen: Array<{ readonly url: string | undefined; readonly headers: IncomingHttpHeaders }> = []
const receiver = createServer((message, response) => {
  seen.push({ url: message.url, headers: message.headers })
  message.resume().on("end", () => response.end("{}"))
})
let address = ""

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
  address = `127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => receiver.close(resolve)))

const send = (url: string, headers: Readonly<Record<string, string>> = {}) => {
  const request = { method: "POST", url, headers, body: "{}", isGzipped: false, timeoutMs: 5_000 } as const
  return Effect.flatMap(Outbound, (outbound) => outbound.send(request)).pipe(Effect.provide(httpOutboundLayer))
}

const authorizationOf = async (url: string, headers?: Readonly<Record<string, string>>) => {
  seen.length = 0
  expect((await Effect.runPromise(send(url, headers))).status).toBe(200)
  expect(seen.map((one) => one.url)).toEqual(["/hook?a=1"])
  return seen[0]?.headers.authorization
}

// What a bare engine v1.21.0 sends, character for character: percent signs stay.
test.each([
  ["us%20er:p%40ss%C3%A9@", "us%20er:p%40ss%C3%A9"],
  ["only@", "only:"],
  [":password@", ":password"],
])("an address that begins with %s sends it as Basic authorization", async (credentials, sent) => {
  const authorization = await authorizationOf(`http://${credentials}${address}/hook?a=1`)
  expect(authorization).toBe(`Basic ${Buffer.from(sent).toString("base64")}`)
})

test("an authorization that was given wins over the credentials of the address", async () => {
  const url = `http://user:password@${address}/hook?a=1`
  expect(await authorizationOf(url, { Authorization: "Bearer given" })).toBe("Bearer given")
  expect(await authorizationOf(`http://${address}/hook?a=1`)).toBeUndefined()
})

test.each([
  "http://user:password@127.0.0.1:1/hook-secret?token=secret",
  "http://user:password@127.0.0.1:99999/hook-secret",
  "user:password@hook-secret",
  "gopher://user:password@127.0.0.1/hook-secret",
])("the reason of a failure never tells the address %s", async (url) => {
  const { reason } = await Effect.runPromise(Effect.flip(send(url)))
  expect(reason).not.toMatch(/user|password|secret/)
  expect(reason).not.toBe("")
})
