import { createServer } from "node:net"

const given = new Set<number>()

/** A loopback port on which nothing listens; the same port is never given twice by one process. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = await askSystemForPort()
    if (given.has(port)) continue
    given.add(port)
    return port
  }
}

const askSystemForPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = address !== null && typeof address === "object" ? address.port : 0
      server.close(() => resolve(port))
    })
  })
