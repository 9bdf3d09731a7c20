import { createServer, type Server, type Socket } from "node:net"

export interface LoopbackServer {
  readonly port: number
  readonly url: string
  /** Connections accepted so far. */
  readonly connections: () => number
  /** Resolves when the given number of connections (counted from the first) have been closed on both sides. */
  readonly closed: (count: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/** A TCP server on a free loopback port that does with a connection whatever the test says: it need not speak HTTP well. */
export const startLoopbackServer = async (serve: (socket: Socket) => void): Promise<LoopbackServer> => {
  const sockets = new Set<Socket>()
  const waiting: Array<{ readonly count: number; readonly resolve: () => void }> = []
  let accepted = 0
  let closed = 0
  const server = createServer((socket) => {
    accepted += 1
    sockets.add(socket)
    // A socket that nobody reads would never notice that the other side has closed.
    socket.resume()
    socket.on("error", () => {})
    socket.on("close", () => {
      sockets.delete(socket)
      closed += 1
      for (const { count, resolve } of waiting) if (closed >= count) resolve()
    })
    serve(socket)
  })
  const port = await listen(server)
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: () => accepted,
    closed: (count) => new Promise((resolve) => (closed >= count ? resolve() : waiting.push({ count, resolve }))),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      if (typeof address === "object" && address !== null) resolve(address.port)
      else reject(new Error("a TCP server has a port"))
    })
  })

/** A loopback port on which nobody listens: it was free a moment ago. */
export const closedPort = async (): Promise<number> => {
  const server = await startLoopbackServer(() => {})
  await server.stop()
  return server.port
}

/** Calls back with the text of every complete request on a connection; requests must have a `content-length` or no body. */
export const onRequests = (socket: Socket, answer: (request: string, index: number) => void): void => {
  let received = ""
  let index = 0
  socket.setEncoding("latin1")
  socket.on("data", (chunk: string) => {
    received += chunk
    for (;;) {
      const headEnd = received.indexOf("\r\n\r\n")
      if (headEnd < 0) return
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1] ?? 0)
      const end = headEnd + 4 + length
      if (received.length < end) return
      const request = received.slice(0, end)
      received = received.slice(end)
      answer(request, index++)
    }
  })
}
