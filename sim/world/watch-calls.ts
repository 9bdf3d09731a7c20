import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { Kernel } from "../kernel/kernel.ts"
import { CurrentAttempt, type History, type NodeCall } from "./history.ts"
import type { StoreView } from "./model-store.ts"
import { bodyOf } from "./network.ts"
import type { Trace } from "./trace.ts"

interface Watched {
  readonly kernel: Kernel
  readonly history: History
  readonly trace: Trace
  readonly view: StoreView
}

/** Writes down what the proxy asks of nodes, and on whose behalf. Only calls for clients are kept: the others are in the trace. */
export const watchCalls =
  (send: NodeClient["Service"]["send"], { kernel, history, trace, view }: Watched): NodeClient["Service"]["send"] =>
  (member, request) =>
    Effect.flatMap(Effect.service(CurrentAttempt), (attempt) => {
      const call: NodeCall = {
        attempt,
        nodeId: member.id,
        request,
        sentMs: kernel.nowMs(),
        behindShards: attempt === null ? new Set() : behindShards(view, member.id, request.path),
        answer: null,
      }
      if (attempt !== null) history.nodeCalls.push(call)
      const whose = attempt === null ? "" : `for #${attempt.number} `
      trace.write(
        "send",
        `${view.proxy} ${whose}${member.id} ${request.method} ${request.path} ${bodyOf(request) ?? ""}`,
      )
      return send(member, request).pipe(
        Effect.tap((answer) =>
          Effect.sync(() => {
            call.answer = answer
            trace.write("got", `${view.proxy} ${whose}${member.id} ${answer.status} ${answer.body}`)
          }),
        ),
        Effect.tapError((error) =>
          Effect.sync(() => trace.write("got", `${view.proxy} ${whose}${member.id} ${error.wasSent}: ${error.reason}`)),
        ),
      )
    })

const behindShards = (view: StoreView, nodeId: string, path: string): ReadonlySet<number> => {
  const physicalUid = path.split("/")[2] ?? ""
  const shards = new Set<number>()
  for (const name of view.confirmedMarks) {
    const [uid, shard, node] = name.split(" ")
    if (uid === physicalUid && node === nodeId) shards.add(Number(shard))
  }
  return shards
}
