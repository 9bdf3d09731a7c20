import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import type { ApiResponse } from "#core/protocol/http-message.ts"
import { dial, never, type Serve, serverStarter, untilStatus } from "./server-probe.ts"

/** Registers how every server compresses answers: what stands here was seen on the wire of Meilisearch v1.21. */
export const serverCompressionContract = (name: string, serve: Serve): void => {
  const start = serverStarter(serve)
  const answerWith = (answer: ApiResponse) => start(() => Effect.succeed(answer))

  describe(`${name}: compression of answers`, () => {
    test.each(
      codings.flatMap(([coding, decompress]) => [1, 1_000, 5_000_000].map((bytes) => ({ coding, decompress, bytes }))),
    )("a body of $bytes bytes arrives in $coding, whole, and says so", async ({ coding, decompress, bytes }) => {
      const body = textOf(bytes)
      const { port } = await answerWith({ status: 200, body, headers: {} })
      const { head, content } = await ask(port, `accept-encoding: ${coding}`)
      expect(head).toMatch(/^HTTP\/1\.1 200 /)
      expect(head).toContain(`content-encoding: ${coding}\r\n`)
      expect(head).toContain(`vary: ${ownVary}, accept-encoding\r\n`)
      expect(head).toContain("content-type: application/json\r\n")
      expect(decompress(content).toString() === body).toBe(true)
      if (bytes > 1_000) expect(content.length).toBeLessThan(bytes / 2)
    })

    test.each(["", "accept-encoding: identity\r\n", "accept-encoding: zstd\r\n", "accept-encoding: *\r\n"])(
      "a request with %j gets the body as it is, with its length",
      async (header) => {
        const { port } = await answerWith({ status: 200, body: textOf(100_000), headers: {} })
        const { head, content } = await ask(port, header)
        expect(head).not.toContain("content-encoding")
        expect(head).toContain(`content-length: ${content.length}\r\n`)
        expect(head).toContain(`vary: ${ownVary}\r\n`)
        expect(content.toString()).toBe(textOf(100_000))
      },
    )

    test.each([202, 401, 404, 413, 503])("also a small answer %i is compressed", async (status) => {
      const { port } = await answerWith({ status, body: '{"a":1}', headers: {} })
      const { head, content } = await ask(port, "accept-encoding: gzip")
      expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*content-encoding: gzip\r\n`))
      expect(gunzipSync(content).toString()).toBe('{"a":1}')
    })

    test.each([204, 404, 405])("an answer %i without a body says nothing of compression", async (status) => {
      const { port } = await answerWith({ status, body: "", headers: {} })
      const { head, content } = await ask(port, "accept-encoding: gzip")
      expect(head).not.toContain("content-encoding")
      expect(head).not.toContain("content-type")
      expect(content).toHaveLength(0)
    })

    test("who takes nothing that we have is answered 406 before anything else happens", async () => {
      const { port } = await start(never)
      for (const method of ["GET", "OPTIONS"]) {
        const headers = "accept-encoding: identity;q=0\r\naccess-control-request-method: POST\r\norigin: http://x"
        const { head, content } = await ask(port, headers, method)
        expect(head).toMatch(/^HTTP\/1\.1 406 [^]*vary: accept-encoding\r\n/)
        expect(head).not.toContain("access-control")
        expect(content.toString()).toBe("br, gzip, deflate")
      }
    })

    test("the refusal of a payload that is too large arrives compressed, though the connection ends", async () => {
      const { port } = await start(never, { payloadLimitBytes: 10 })
      const client = await dial(port)
      client.socket.write("POST / HTTP/1.1\r\nhost: h\r\naccept-encoding: gzip\r\ncontent-length: 100\r\n\r\nabc")
      await client.closed
      expect(client.received()).toMatch(/^HTTP\/1\.1 413 [^]*content-encoding: gzip\r\n/i)
    })

    test("a client who leaves in the middle of a large compressed answer does not keep others from being served", async () => {
      const { port, url } = await start(({ path }) =>
        Effect.succeed({ status: 200, body: path === "/large" ? textOf(20_000_000) : "{}", headers: {} }),
      )
      const client = await dial(port)
      client.socket.write("GET /large HTTP/1.1\r\nhost: h\r\naccept-encoding: gzip\r\n\r\n")
      await client.until(/content-encoding: gzip/i)
      client.socket.destroy()
      await client.closed
      await untilStatus(url, 200)
    })
  })
}

const codings = [
  ["gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync],
] as const

const ownVary = "origin, access-control-request-method, access-control-request-headers"

/** Text that compresses about as well as documents do. */
const textOf = (bytes: number): string => {
  let text = ""
  for (let line = 0; text.length < bytes; line++) text += `{"id":${line},"title":"title ${(line * 7919) % 1000}"}\n`
  return text.slice(0, bytes)
}

/** One request on a connection of its own; the head in lower case. Bare, because `fetch` would ask for compression and undo it. */
const ask = async (port: number, headers: string, method = "GET") => {
  const { socket, closed } = await dial(port)
  const chunks: Array<Buffer> = []
  socket.on("data", (chunk) => void chunks.push(chunk as Buffer))
  const lines = headers.trim() === "" ? "" : `${headers.trim()}\r\n`
  socket.write(`${method} / HTTP/1.1\r\nhost: h\r\n${lines}connection: close\r\n\r\n`)
  await closed
  const all = Buffer.concat(chunks)
  const end = all.indexOf("\r\n\r\n") + 4
  const head = all.subarray(0, end).toString("latin1")
  const status = head.slice(0, head.indexOf("\r\n"))
  const isChunked = /transfer-encoding: chunked/i.test(head)
  const rest = all.subarray(end)
  return { head: status + head.slice(status.length).toLowerCase(), content: isChunked ? unchunked(rest) : rest }
}

const unchunked = (bytes: Buffer): Buffer => {
  const parts: Array<Buffer> = []
  for (let place = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", place)
    const size = Number.parseInt(bytes.toString("latin1", place, lineEnd), 16)
    if (size === 0) return Buffer.concat(parts)
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    place = lineEnd + 2 + size + 2
  }
}
