import { Effect } from "effect"
import { expect, test } from "vitest"
import { serveModelNode } from "./serve-model-node.ts"

test("a task comes to its end also when it was accepted with 200, as cancelations and deletions of tasks are", async () => {
  const isBun = process.versions["bun"] !== undefined
  const platform = isBun
    ? (await import("../platform.bun.ts")).bunPlatform
    : (await import("../platform.node.ts")).nodePlatform
  const canceled = Effect.gen(function* () {
    const { url } = yield* serveModelNode(platform, { port: 0, masterKey: null })
    return yield* Effect.promise(async () => {
      const accepted = await fetch(`${url}/tasks/cancel?uids=0`, { method: "POST" })
      const { taskUid } = (await accepted.json()) as { readonly taskUid: number }
      return { http: accepted.status, status: await endOf(`${url}/tasks/${taskUid}`) }
    })
  })
  expect(await Effect.runPromise(Effect.scoped(canceled))).toEqual({ http: 200, status: "succeeded" })
})

const deadlineMs = 5_000

const endOf = async (task: string): Promise<string> => {
  for (const startedAt = performance.now(); performance.now() - startedAt < deadlineMs;) {
    const { status } = (await (await fetch(task)).json()) as { readonly status: string }
    if (status !== "enqueued" && status !== "processing") return status
  }
  throw new Error(`the task had not ended after ${deadlineMs} ms`)
}
