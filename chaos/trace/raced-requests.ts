import type { TracedRequest } from "#core/tracing/trace-line.ts"
import type { Trace } from "./read-trace.ts"

/**
 * Reads that came, or were answered, while a task that may concern them was under way: what they saw of it is not the same in each
 * replay. A task of another index does not concern a read of one index.
 */
export const racedRequests = (trace: Trace): ReadonlySet<TracedRequest> => {
  const raced = new Set<TracedRequest>()
  const reading = new Set<TracedRequest>()
  const underWay = new Map<number, TracedRequest>()
  const ended = new Set<number>()
  for (const event of trace.events) {
    if (event.kind === "task-end") {
      ended.add(event.task)
      underWay.delete(event.task)
    } else if (event.kind === "begin") {
      if (!isRead(event.request)) continue
      reading.add(event.request)
      if ([...underWay.values()].some((write) => concerns(write, event.request))) raced.add(event.request)
    } else {
      reading.delete(event.request)
      const made = event.request.said.taskUid
      if (made === undefined || ended.has(made)) continue
      underWay.set(made, event.request)
      for (const request of reading) if (concerns(event.request, request)) raced.add(request)
    }
  }
  return raced
}

const concerns = (write: TracedRequest, read: TracedRequest): boolean => {
  const [written, wanted] = [indexOf(write), indexOf(read)]
  return written === null || wanted === null || written === wanted
}

/** null: no index, or several. */
const indexOf = ({ target }: TracedRequest): string | null => /^\/indexes\/([^/?]+)/.exec(target)?.[1] ?? null

const isRead = ({ method, target }: TracedRequest): boolean =>
  method === "GET" || method === "HEAD" || readingPosts.test(target.split("?", 1)[0] ?? "")

const readingPosts = /\/(search|facet-search|similar|fetch|fields)$|^\/multi-search$/
