/** What is known about a request to a node that got no answer. */
export interface SendFailure {
  /** `"no"`: not one byte can have reached the node. `"unknown"`: it may have done what it was asked. */
  readonly wasSent: "no" | "unknown"
  /** One line for logs and errors: code and message of the cause. */
  readonly reason: string
}

/**
 * Decides by the error alone whether a request can have been sent. A wrong `"no"` would make a caller repeat a write that
 * was done, so that every error which is not known to come before the first byte counts as `"unknown"`.
 *
 * Errors nest: `fetch` wraps the socket's error as `cause`, a host with several addresses gives an `AggregateError`.
 * Codes are those of libuv, which Bun uses too, and undici's (`UND_ERR_*`).
 */
export const classifyFailure = (error: unknown): SendFailure => {
  const chain = causesOf(error)
  const wasSent = chain.some(cameBeforeTheFirstByte) ? "no" : "unknown"
  return { wasSent, reason: describe(chain) }
}

/** Errors that exist only while there is no connection yet, whatever call they come from. */
const beforeConnection: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  // The pool was closed before the request could be queued.
  "UND_ERR_CLOSED",
])

/** A host that vanishes also ends running connections with these: they count only when it was `connect` that failed. */
const duringConnectOnly: ReadonlySet<string> = new Set(["EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ECONNRESET"])

interface Cause {
  readonly code: string | null
  readonly syscall: string | null
  readonly message: string
}

const cameBeforeTheFirstByte = ({ code, syscall }: Cause): boolean => {
  if (code === null) return false
  if (duringConnectOnly.has(code)) return syscall === "connect"
  return beforeConnection.has(code)
}

/** An error, its `cause`, the cause of that, …: outermost first. Bounded, because a cause may be its own cause. */
const causesOf = (error: unknown): ReadonlyArray<Cause> => {
  const chain: Array<Cause> = []
  for (let at = error; typeof at === "object" && at !== null && chain.length < nestedCausesMax;) {
    const { code, syscall, message, cause, errors } = at as Record<string, unknown>
    chain.push({
      code: typeof code === "string" ? code : null,
      syscall: typeof syscall === "string" ? syscall : null,
      message: typeof message === "string" ? message : "",
    })
    at = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return chain
}

const nestedCausesMax = 8

/** The innermost cause says what happened; what wraps it says only "fetch failed". */
const describe = (chain: ReadonlyArray<Cause>): string => {
  const cause = chain.findLast(({ code, message }) => code !== null || message !== "")
  if (cause === undefined) return "no reason given"
  if (cause.code === null) return cause.message
  return cause.message.includes(cause.code) || cause.message === ""
    ? cause.message || cause.code
    : `${cause.code}: ${cause.message}`
}
