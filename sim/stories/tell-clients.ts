import { isRead } from "../workload/request-of.ts"
import type { Attempt } from "../world/history.ts"

/** What clients did and got in a stretch of time, in one line; null: nothing. */
export const tellClients = (attempts: ReadonlyArray<Attempt>, fromMs: number, untilMs: number): string | null => {
  const made = attempts.filter((one) => !one.isClosing && timeOf(one) >= fromMs && timeOf(one) < untilMs)
  const reads = made.filter(({ action }) => isRead(action))
  const writes = made.filter(({ action }) => !isRead(action))
  const accepted = writes.filter(({ response }) => response !== null && response.status < 400)
  const missed = accepted.filter(isDegraded).length
  const parts = [
    several(accepted.length, "write accepted", "writes accepted") +
      (missed === 0 ? "" : ` (${missed} with a replica that missed it)`),
    several(writes.filter(isRefused).length, "write refused", "writes refused"),
    several(writes.filter(isSilent).length, "write without an answer", "writes without an answer"),
    several(reads.filter(({ response }) => response !== null && !isRefused({ response })).length, "read", "reads"),
    several(reads.filter(isDegraded).length, "of them in part only", "of them in part only"),
    several(reads.filter(isRefused).length, "read refused", "reads refused"),
    several(reads.filter(isSilent).length, "read without an answer", "reads without an answer"),
  ].filter((part) => part !== "")
  return parts.length === 0 ? null : parts.join(", ")
}

const timeOf = ({ answeredMs, sentMs }: Attempt): number => answeredMs ?? sentMs

const isDegraded = ({ response }: Attempt): boolean => response?.headers["x-miroir-degraded"] !== undefined
/** A document that is not there is an answer like any other. */
const isRefused = ({ response }: Pick<Attempt, "response">): boolean =>
  response !== null && response.status >= 400 && response.status !== 404
const isSilent = ({ response }: Attempt): boolean => response === null

const several = (count: number, one: string, many: string): string =>
  count === 0 ? "" : `${count} ${count === 1 ? one : many}`
