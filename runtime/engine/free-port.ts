import { createServer } from "node:net"

/**
 * A TCP port that nobody listens on at this moment. Somebody else may take it before it is used, but nobody of this process:
 * it gives no port twice.
 */
export const freePort = async (host = "127.0.0.1"): Promise<number> => {
  for (;;) {
    const port = await tryPort(host, 0)
    if (given.has(port)) continue
    given.add(port)
    return port
  }
}

const given = new Set<number>()

/**
 * The first free port above another. For ports that are remembered: those that the system gives out itself may be in
 * use by any outgoing connection at the next start.
 */
export const freePortAbove = async (above: number, host = "127.0.0.1"): Promise<number> => {
  for (let port = above + 1; port <= portMax; port += 1) if (await isPortFree(port, host)) return port
  return freePort(host)
}

const portMax = 65_535

export const isPortFree = async (port: number, host = "127.0.0.1"): Promise<boolean> => {
  try {
    await tryPort(host, port)
    return true
  } catch {
    return false
  }
}

const tryPort = (host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once("error", reject)
    server.listen(port, host, () => {
      const address = server.address()
      const taken = typeof address === "object" && address !== null ? address.port : port
      server.close(() => resolve(taken))
    })
  })
