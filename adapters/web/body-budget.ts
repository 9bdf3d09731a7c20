import type { IncomingRequest } from "./incoming-request.ts"
import { isEncoded } from "./decode-body.ts"

/** Memory for large bodies, shared by all requests. Who gets none waits with reading, in the order of arrival, so that the client waits, too. */
export interface BodyBudget {
  /** Resolves with the function that gives the bytes back, to be called once. More than there is at all counts as all. */
  readonly take: (bytes: number) => Promise<() => void>
}

export const makeBodyBudget = (bytesMax: number): BodyBudget => {
  const waiting: Array<{ readonly bytes: number; readonly grant: () => void }> = []
  let free = bytesMax
  const grantNext = (): void => {
    for (let next = waiting[0]; next !== undefined && next.bytes <= free; next = waiting[0]) {
      waiting.shift()
      free -= next.bytes
      next.grant()
    }
  }
  return {
    take: (wanted) =>
      new Promise((resolve) => {
        const bytes = Math.min(wanted, bytesMax)
        const giveBack = (): void => {
          free += bytes
          grantNext()
        }
        waiting.push({ bytes, grant: () => resolve(giveBack) })
        grantNext()
      }),
  }
}

/** Smaller bodies wait for nobody: a search must not stand behind an upload. */
const smallBodyBytes = 1024 * 1024
/** A small body that is compressed; it may become some hundred times as large. */
const smallEncodedBytes = 16 * 1024

/** Bytes that a body may need once it is decoded: all that is allowed, where the request does not say. 0: it is small. */
export const bodyBytesExpected = ({ headers }: IncomingRequest, limitBytes: number): number => {
  const announced = headers["content-length"] === undefined ? limitBytes : Number(headers["content-length"])
  if (isEncoded(headers["content-encoding"])) return announced <= smallEncodedBytes ? 0 : limitBytes
  return announced <= smallBodyBytes ? 0 : announced
}
