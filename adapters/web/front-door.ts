import { Cause, Effect, Exit, type Fiber } from "effect"
import type { ApiRequest, ApiResponse, HttpMethod } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { type BodyShare, makeBodyBudget } from "./body-budget.ts"
import { answerPreflight } from "./cors.ts"
import type { IncomingRequest } from "./incoming-request.ts"
import { negotiateCoding, type NegotiatedCoding } from "./negotiate-coding.ts"
import { type BodyTerms, hasBody, receiveBody } from "./receive-body.ts"
import { splitTarget } from "./split-target.ts"
import type { Answer, WebServerOptions } from "./web-server.ts"
import { compressed, notAcceptable, wireResponse, type WireResponse } from "./wire-response.ts"

/** What both servers share: everything between a parsed head and a finished answer. */
export interface FrontDoor {
  /** Answers by `respond`, once at most; the returned function says that the client has left. */
  readonly receive: (request: IncomingRequest, respond: (response: WireResponse) => void) => () => void
  /** Waits for the running requests; those that still run at the deadline are interrupted. Give up accepting before. */
  readonly drain: Effect.Effect<void>
}

/**
 * Life of a request: who takes no coding of ours is sent away, preflight is answered at the door · over the limit in flight it is refused ·
 * its body is read and decompressed within the payload limit; who may send no large one is told so before it is read · one fiber answers it, outside of any scope.
 * A client that leaves interrupts the fiber; the place in flight is free when the fiber has really ended.
 */
export const openFrontDoor = (options: WebServerOptions, answer: Answer): Effect.Effect<FrontDoor> =>
  Effect.map(Effect.context<never>(), (context) => {
    const fork = Effect.runForkWith(context)
    const run = Effect.runPromiseWith(context)
    const running = new Set<Visit>()
    // Large bodies share the memory of two that are as large as allowed, so that one client who stalls does not stop the others.
    const budget = makeBodyBudget(2 * options.payloadLimitBytes)
    const idle: Array<() => void> = []
    const leave = (visit: Visit): void => {
      running.delete(visit)
      visit.share?.giveBack()
      if (running.size === 0) for (const tell of idle.splice(0)) tell()
    }

    const termsOf = (visit: Visit, incoming: IncomingRequest): BodyTerms => ({
      limitBytes: options.payloadLimitBytes,
      pauseMaxMs: options.bodyPauseMaxMs,
      admit: async (bytes) => {
        const refusal = options.refuseUnread && (await run(options.refuseUnread(apiRequest(incoming, noBytes))))
        if (refusal) return refusal
        const share = await budget.take(bytes)
        // Who left while it waited sends nothing more.
        if (running.has(visit)) visit.share = share
        else share.giveBack()
        return null
      },
      isWanted: () => !visit.over,
    })

    const receive: FrontDoor["receive"] = (incoming, respond) => {
      const coding = negotiateCoding(incoming.headers["accept-encoding"])
      const early = answerAtTheDoor(incoming, coding, running.size >= options.maxRequestsInFlight)
      if (early !== null) {
        respond(early)
        return () => {}
      }
      const visit: Visit = { fiber: null, over: false, share: null }
      running.add(visit)
      const end = (response: ApiResponse | null, closesConnection = false): void => {
        leave(visit)
        if (response !== null && !visit.over)
          respond(wireResponse(response, incoming.headers, coding, closesConnection))
        visit.over = true
      }
      const answerWith = (body: Uint8Array): void => {
        if (visit.over) return end(null)
        visit.share?.shrinkTo(body.length)
        visit.fiber = fork(answerSafely(apiRequest(incoming, body), answer))
        visit.fiber.addObserver((exit) => end(Exit.isSuccess(exit) ? exit.value : null))
      }
      if (!hasBody(incoming)) answerWith(noBytes)
      else
        receiveBody(incoming, termsOf(visit, incoming))
          .then((received) =>
            received.kind === "body" ? answerWith(received.bytes) : end(received.response, received.closesConnection),
          )
          // Nobody else would hear of it, and a rejection that nobody hears of ends the process.
          .catch((defect: unknown) => {
            fork(logDefect(incoming.method, incoming.target, Cause.die(defect)))
            end(defectResponse, true)
          })
      return () => cancel(visit)
    }

    const allGone = Effect.callback<void>((resume) => {
      if (running.size === 0) resume(Effect.void)
      else idle.push(() => resume(Effect.void))
    })
    const interruptAll = Effect.sync(() => {
      for (const visit of running) cancel(visit)
    })
    return {
      receive,
      drain: Effect.timeoutOrElse(allGone, { duration: options.shutdownDeadlineMs, orElse: () => interruptAll }),
    }
  })

interface Visit {
  fiber: Fiber.Fiber<ApiResponse> | null
  /** Nobody waits for the answer any more. */
  over: boolean
  /** The memory of a large body. */
  share: BodyShare | null
}

const cancel = (visit: Visit): void => {
  visit.over = true
  visit.fiber?.interruptUnsafe()
}

const noBytes = new Uint8Array(0)

const answerAtTheDoor = (
  { method, headers }: IncomingRequest,
  coding: NegotiatedCoding,
  isFull: boolean,
): WireResponse | null => {
  if (coding === "none") return notAcceptable
  const preflight = answerPreflight(method, headers)
  if (preflight !== null) return compressed(preflight, coding)
  if (!isFull) return null
  const message = "The proxy has as many requests in flight as it may have. Try again in a moment."
  return wireResponse(errorResponse(errorBody("miroir_overloaded", message)), headers, coding)
}

const apiRequest = ({ method, target, headers }: IncomingRequest, body: Uint8Array): ApiRequest => ({
  // Another word than these matches no route, and is answered like any wrong method.
  method: method as HttpMethod,
  ...splitTarget(target),
  headers: headers as Readonly<Record<string, string>>,
  body,
})

/** A defect is a bug of ours: the client learns that there was one, the log learns which. */
const answerSafely = (request: ApiRequest, answer: Answer): Effect.Effect<ApiResponse> =>
  Effect.catchCause(
    Effect.suspend(() => answer(request)),
    (cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.failCause(cause)
        : Effect.as(logDefect(request.method, request.path, cause), defectResponse),
  )

const logDefect = (method: string, path: string, cause: Cause.Cause<unknown>): Effect.Effect<void> =>
  Effect.logError(`bug: ${method} ${path} was answered 500`, cause)

const defectResponse = errorResponse(
  errorBody("internal", "An unexpected error happened in the proxy. Its log tells more."),
)
