import http from "node:http"
import { headBytesMax } from "#adapters/web/web-server.ts"

// The part of Bun's server that we use. The types of Bun as a whole would take the place of Node's in every file of this folder.

export interface BunServer {
  readonly port: number
  /** Stops accepting and closes idle connections; resolves when the others have ended. `true` cuts them. */
  readonly stop: (cutConnections: boolean) => Promise<void>
}

interface BunServeOptions {
  readonly hostname: string
  readonly port: number
  /** Seconds. */
  readonly idleTimeout: number
  readonly maxRequestBodySize: number
  readonly fetch: (request: Request) => Promise<Response>
}

declare const Bun: { readonly serve: (options: BunServeOptions) => BunServer }

/** Starts `Bun.serve`; throws when it cannot listen, and a `ReferenceError` on any other runtime. */
export const startBunServer = (options: BunServeOptions): BunServer => {
  // `Bun.serve` has no such option: it takes heads of 16 KiB, or as large as is said here before the first server is started.
  ;(http as { maxHeaderSize: number }).maxHeaderSize = headBytesMax
  return Bun.serve(options)
}
