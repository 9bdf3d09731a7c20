import { Effect, type Scope } from "effect"
import type { Answer, ListenError } from "#adapters/web/web-server.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { answerModelNode, applyNextTask, createModelNode, type ModelNode } from "#sim/model/model-node.ts"
import type { Platform } from "../platform.ts"

export interface EmbeddedNodeOptions {
  /** On loopback; 0 takes a free one. */
  readonly port: number
  readonly masterKey: string | null
}

/** A small Meilisearch inside this process, until the scope closes. It keeps everything in memory. */
export const serveModelNode = (
  platform: Platform,
  { port, masterKey }: EmbeddedNodeOptions,
): Effect.Effect<{ readonly url: string; readonly port: number }, ListenError, Scope.Scope> =>
  Effect.gen(function* () {
    const node = createModelNode({ masterKey })
    const applyLater = yield* openTaskTimer(node)
    const answer: Answer = (request) =>
      Effect.sync(() => {
        const response = answerModelNode(node, modelRequest(request), Date.now())
        // After any answer: cancelations and deletions of tasks are tasks, too, and are answered 200.
        applyLater()
        return { ...response, headers: {} }
      })
    const server = yield* platform.serve({ ...limits, host: "127.0.0.1", port }, answer)
    return { url: `http://127.0.0.1:${server.port}`, port: server.port }
  })

const limits = {
  payloadLimitBytes: 100_000_000,
  maxRequestsInFlight: 1_000,
  bodyPauseMaxMs: 30_000,
  shutdownDeadlineMs: 1_000,
}

const modelRequest = ({ method, path, query, headers, body }: ApiRequest) => ({
  method,
  path: query === "" ? path : `${path}?${query}`,
  authorization: headers["authorization"] ?? null,
  contentType: headers["content-type"] ?? null,
  body,
})

/**
 * Applies tasks one per turn of the event loop, after they were answered: like an engine, this one is asked for a write's outcome
 * before the write is done, and goes on answering while it works.
 */
const openTaskTimer = (node: ModelNode): Effect.Effect<() => void, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        let timer: NodeJS.Timeout | null = null
        const applyOne = (): void => {
          timer = applyNextTask(node, Date.now()) ? setTimeout(applyOne, 0) : null
        }
        return {
          schedule: (): void => {
            timer ??= setTimeout(applyOne, taskDelayMs)
          },
          stop: (): void => {
            if (timer !== null) clearTimeout(timer)
          },
        }
      }),
      ({ stop }) => Effect.sync(stop),
    ),
    ({ schedule }) => schedule,
  )

const taskDelayMs = 1
