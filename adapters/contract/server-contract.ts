import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { dial, never, remember, type Serve, serverStarter } from "./server-probe.ts"

/** Registers what every server must do, on real sockets. */
export const serverContract = (name: string, serve: Serve): void => {
  const start = serverStarter(serve)

  describe(`${name}: requests`, () => {
    test("method, path, query, headers and body arrive as the client sent them, slashes trimmed", async () => {
      const seen: Array<ApiRequest> = []
      const { url } = await start(remember(seen))
      await fetch(`${url}//indexes/a%20b/search//?q=%C3%A4&x=/1/`, {
        method: "POST",
        headers: { Authorization: "Bearer k", "X-Some": "Thing", "content-type": "application/json" },
        body: '{"q":"ä"}',
      })
      await fetch(url, { method: "DELETE" })
      const [post, root] = seen
      expect(post).toMatchObject({ method: "POST", path: "/indexes/a%20b/search", query: "q=%C3%A4&x=/1/" })
      expect(post!.headers).toMatchObject({ authorization: "Bearer k", "x-some": "Thing" })
      expect(Buffer.from(post!.body).toString("utf8")).toBe('{"q":"ä"}')
      expect(root).toMatchObject({ method: "DELETE", path: "/", query: "" })
      expect(root!.body).toHaveLength(0)
    })

    test.each([
      ["gzip", gzipSync],
      ["GZIP", gzipSync],
      ["deflate", deflateSync],
      ["br", brotliCompressSync],
    ])("a body in %s arrives decompressed", async (encoding, compress) => {
      const seen: Array<ApiRequest> = []
      const { url } = await start(remember(seen))
      const body = compress(Buffer.from('[{"id":1}]'))
      await fetch(url, { method: "POST", headers: { "content-encoding": encoding }, body })
      expect(Buffer.from(seen[0]!.body).toString()).toBe('[{"id":1}]')
    })

    test.each(["zstd", "__proto__", "constructor", "toString", "gzip, br"])(
      "the unknown encoding %s is passed through untouched",
      async (encoding) => {
        const seen: Array<ApiRequest> = []
        const { url } = await start(remember(seen))
        await fetch(url, { method: "POST", headers: { "content-encoding": encoding }, body: "as it is" })
        expect(Buffer.from(seen[0]!.body).toString()).toBe("as it is")
      },
    )

    test("a URL as long as a filter may be arrives", async () => {
      const seen: Array<ApiRequest> = []
      const { url } = await start(remember(seen))
      const query = `filter=${"a".repeat(120_000)}`
      expect((await fetch(`${url}/indexes/m/search?${query}`)).status).toBe(200)
      expect(seen[0]?.query === query).toBe(true)
    })

    test("a 204 has neither a body nor a length", async () => {
      const { port } = await start(() => Effect.succeed({ status: 204, body: "", headers: {} }))
      const client = await dial(port)
      client.socket.write("DELETE /keys/x HTTP/1.1\r\nhost: x\r\n\r\n")
      await client.until(/\r\n\r\n/)
      expect(client.received()).toMatch(/^HTTP\/1\.1 204 /)
      expect(client.received().toLowerCase()).not.toContain("content-length")
    })

    test("a damaged compressed body is answered 400 bad_request", async () => {
      const { url } = await start(never)
      const answer = await fetch(url, { method: "POST", headers: { "content-encoding": "gzip" }, body: "no gzip" })
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ code: "bad_request", type: "invalid_request" })
    })
  })

  describe(`${name}: the payload limit`, () => {
    const limit = { payloadLimitBytes: 2048 }

    test("a body of exactly the limit is taken, one byte more is answered 413", async () => {
      const { url } = await start(remember([]), limit)
      const post = (bytes: number) => fetch(url, { method: "POST", body: "x".repeat(bytes) })
      expect((await post(2048)).status).toBe(200)
      const refused = await post(2049)
      expect(refused.status).toBe(413)
      expect(await refused.json()).toEqual({
        message: "The provided payload reached the size limit. The maximum accepted payload size is 2 KiB.",
        code: "payload_too_large",
        type: "invalid_request",
        link: "https://docs.meilisearch.com/errors#payload_too_large",
      })
    })

    test.each([
      ["gzip", gzipSync],
      ["deflate", deflateSync],
      ["br", brotliCompressSync],
    ])("what counts of a body in %s is its decompressed size", async (encoding, compress) => {
      const { url } = await start(remember([]), limit)
      const post = (bytes: number) =>
        fetch(url, { method: "POST", headers: { "content-encoding": encoding }, body: compress(Buffer.alloc(bytes)) })
      expect((await post(2048)).status).toBe(200)
      expect((await post(2049)).status).toBe(413)
      // A bomb: 50 MB in some kilobytes.
      expect((await post(50_000_000)).status).toBe(413)
    })

    test("an upload without an announced size is refused while it is still being sent", async () => {
      const { port } = await start(remember([]), limit)
      const client = await dial(port)
      client.socket.write("POST /x HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n")
      client.socket.write(`fff\r\n${"x".repeat(4095)}\r\n`)
      await client.until(/payload_too_large/)
      expect(client.received()).toMatch(/^HTTP\/1.1 413 /)
      await client.closed
    })

    test("an upload that announces too much is refused before it is sent", async () => {
      const { port } = await start(remember([]), limit)
      const client = await dial(port)
      client.socket.write("POST /x HTTP/1.1\r\nhost: h\r\ncontent-length: 1000000000\r\n\r\nabc")
      await client.until(/payload_too_large/)
      await client.closed
    })
  })

  describe(`${name}: answers`, () => {
    test("status, headers and body go out as given, with content type, length and vary", async () => {
      const { url } = await start(() =>
        Effect.succeed({
          status: 202,
          body: '{"ü":1}',
          headers: { "x-miroir-degraded": "shards=3", "retry-after": "1" },
        }),
      )
      const answer = await fetch(url, { headers: { "accept-encoding": "identity" } })
      expect(answer.status).toBe(202)
      expect(await answer.text()).toBe('{"ü":1}')
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "content-type": "application/json",
        "content-length": "8",
        "x-miroir-degraded": "shards=3",
        "retry-after": "1",
        vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
      })
      expect(answer.headers.has("access-control-allow-origin")).toBe(false)
    })

    test("an unknown route has an empty body and no content type", async () => {
      const { url } = await start(() => Effect.succeed({ status: 404, body: "", headers: {} }))
      const answer = await fetch(url)
      expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([404, null, ""])
    })

    test("HEAD is answered without a body", async () => {
      const { port } = await start(() => Effect.succeed({ status: 405, body: "", headers: { allow: "GET" } }))
      const client = await dial(port)
      client.socket.write("HEAD /health HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
      await client.closed
      expect(client.received()).toMatch(/^HTTP\/1.1 405 [^]*\r\n\r\n$/)
      expect(client.received().toLowerCase()).toContain("allow: get")
    })

    test("a defect is answered 500 internal and logged", async () => {
      const { url, logged } = await start(({ path }) => {
        if (path === "/throws") throw new Error("boom")
        return Effect.die(new Error("boom"))
      })
      for (const path of ["/throws", "/dies"]) {
        const answer = await fetch(url + path)
        expect(answer.status).toBe(500)
        expect(await answer.json()).toMatchObject({ code: "internal", type: "internal" })
      }
      expect(JSON.stringify(logged)).toMatch(/GET \/throws.*GET \/dies/)
    })

    test("a method that no route has reaches the program, which knows what is allowed there", async () => {
      const seen: Array<ApiRequest> = []
      const { port } = await start(remember(seen))
      const client = await dial(port)
      client.socket.write("TRACE / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
      await client.closed
      expect(seen.map(({ method }) => method)).toEqual(["TRACE"])
    })
  })

  describe(`${name}: other origins`, () => {
    const preflight = { origin: "http://a.example", "access-control-request-method": "PATCH" }

    test("a preflight is answered for any path, method and header, without asking the program", async () => {
      const { url } = await start(never)
      const headers = { ...preflight, "access-control-request-headers": "authorization,x-any" }
      const answer = await fetch(`${url}/nowhere`, { method: "OPTIONS", headers })
      expect([answer.status, await answer.text()]).toEqual([200, ""])
      expect(answer.headers.get("access-control-allow-origin")).toBe("*")
      expect(answer.headers.get("access-control-allow-methods")).toContain("PATCH")
      expect(answer.headers.get("access-control-allow-headers")).toBe("authorization,x-any")
      expect(answer.headers.get("access-control-max-age")).toBe("86400")
    })

    test("OPTIONS without a wanted method is an ordinary request, and an unheard-of one is refused", async () => {
      const { url } = await start(() => Effect.succeed({ status: 405, body: "", headers: {} }))
      expect((await fetch(url, { method: "OPTIONS" })).status).toBe(405)
      const headers = { ...preflight, "access-control-request-method": "BREW" }
      expect((await fetch(url, { method: "OPTIONS", headers })).status).toBe(400)
    })

    test("who names an origin is allowed to read the answer", async () => {
      const { url } = await start(remember([]))
      const answer = await fetch(url, { headers: { origin: "http://a.example" } })
      expect(answer.headers.get("access-control-allow-origin")).toBe("*")
    })
  })
}
