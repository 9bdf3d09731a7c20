import { Effect, Queue, type Scope } from "effect"
import { Outbound } from "#core/ports/outbound.ts"
import type { Webhook } from "#core/protocol/webhook.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { viewTask } from "#core/tasks/view-task.ts"
import { Cluster } from "./cluster.ts"
import { webhooksIn } from "./webhook-record.ts"

/*
 * Tells webhooks of tasks that have ended: all that ended since the last delivery in one request, a task per line. A receiver that does not
 * answer is asked a few times and then passed over, as the engine passes it over at once; nothing is remembered for it. The proxy that stored
 * the end of a task tells of it, so a task is told of once, or not at all when that proxy stops before it could.
 */

/** Tasks in one request. */
const tasksPerDelivery = 1_000
/** Tasks that wait while receivers are slow; later ones are not told of. */
const waitingMax = 10_000
const attemptsMax = 3
const retryFirstMs = 1_000
/** The engine's. */
const timeoutMs = 30_000

export const deliverWebhooks: Effect.Effect<void, never, Cluster | Scope.Scope> = Effect.gen(function* () {
  const cluster = yield* Cluster
  const waiting = yield* Queue.dropping<TaskRecord>(waitingMax)
  cluster.onTasksFinished((tasks) => {
    if (webhooksIn(cluster.state).length === 0) return
    for (const task of tasks) Queue.offerUnsafe(waiting, task)
  })
  const deliverNext = Effect.gen(function* () {
    const tasks = yield* Queue.takeBetween(waiting, 1, tasksPerDelivery)
    const body = tasks.map((task) => `${JSON.stringify(viewTask(task))}\n`).join("")
    yield* Effect.forEach(webhooksIn(cluster.state), (webhook) => deliver(webhook, body), {
      concurrency: "unbounded",
      discard: true,
    })
  })
  yield* Effect.forkScoped(Effect.forever(deliverNext))
})

const deliver = Effect.fnUntraced(function* ({ uuid, url, headers }: Webhook, body: string) {
  const outbound = yield* Outbound
  const request = {
    method: "POST",
    url,
    headers: { ...headers, "content-type": "application/x-ndjson" },
    body,
    isGzipped: true,
    timeoutMs,
  } as const
  let reason = ""
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) yield* Effect.sleep(retryFirstMs * 2 ** (attempt - 1))
    const result = yield* Effect.result(outbound.send(request))
    if (result._tag === "Success" && result.success.status < 400) return
    reason = result._tag === "Failure" ? result.failure.reason : `it answered ${result.success.status}`
  }
  yield* Effect.logWarning("a webhook was not delivered").pipe(Effect.annotateLogs({ webhook: uuid, reason }))
})
