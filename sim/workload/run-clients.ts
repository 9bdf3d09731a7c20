import type { ApiResponse } from "#core/protocol/http-message.ts"
import type { Kernel } from "../kernel/kernel.ts"
import { type ClientAction, type FaultItem, type Plan, isClient } from "../plan/plan.ts"
import { type Attempt, type History, sometimes } from "../world/history.ts"
import type { Proxy } from "../world/proxy.ts"
import { remainingOf } from "../world/remaining.ts"
import type { Trace } from "../world/trace.ts"
import { isRead, requestOf } from "./request-of.ts"

/*
 * The clients. They send when the plan says so and do not wait for each other. What was not answered, or answered with 503, many of them try again:
 * a new write with a number of its own, while the outcome of the first stays open to the end.
 */

export interface Clients {
  /** Everything was asked, and answered or given up. */
  readonly areDone: () => boolean
  /** Asks once, at the end, one of the proxies that are left; `onAnswer` gets null when it is not there. */
  readonly ask: (action: ClientAction, onAnswer: (attempt: Attempt) => void) => void
}

export interface ClientWorld {
  readonly kernel: Kernel
  readonly nodes: ReadonlyMap<string, unknown>
  readonly proxies: ReadonlyArray<Proxy>
  readonly lasting: ReadonlySet<FaultItem>
  readonly history: History
  readonly trace: Trace
}

const retryMs = 400
const retriesMost = 3
/** A client of a proxy that hangs gives up after this. */
const patienceMs = 30_000

export const startClients = (world: ClientWorld, plan: Plan): Clients => {
  const { kernel, proxies, history, trace } = world
  let open = 0

  const attempt = (
    client: string,
    action: ClientAction,
    { isClosing, isAgain }: { readonly isClosing: boolean; readonly isAgain: boolean },
    onEnd: (made: Attempt) => void,
  ): void => {
    const request = requestOf(action)
    const made: Attempt = {
      number: history.attempts.length,
      client,
      action,
      request,
      sentMs: kernel.nowMs(),
      isClosing,
      knownMs: kernel.nowMs(),
      answeredMs: null,
      response: null,
      version: null,
    }
    history.attempts.push(made)
    // Who tries again has found out that a proxy is gone for good.
    const asked = isClosing || isAgain ? remainingOf(world).proxies : proxies
    const proxy = asked[kernel.draws.draw("proxy", client, made.number) % asked.length]!
    trace.write(
      "ask",
      `#${made.number} ${client} ${proxy.name} ${request.method} ${request.path} ${new TextDecoder().decode(request.body)}`,
    )
    let isOver = false
    const end = (): void => {
      if (isOver) return
      isOver = true
      patience.fire = null
      onEnd(made)
    }
    const patience = kernel.after(patienceMs, end)
    const isListening = proxy.ask(made, (response) => {
      if (isOver) return
      if (response === null) return end()
      made.response = response
      made.answeredMs = kernel.nowMs()
      trace.write("answer", `#${made.number} ${response.status} ${JSON.stringify(response.headers)} ${response.body}`)
      sometimes(history, `${isRead(action) ? "read" : "write"} answered ${response.status}`)
      if (response.headers["x-miroir-degraded"] !== undefined)
        sometimes(history, `${isRead(action) ? "read" : "write"} degraded`)
      end()
    })
    if (!isListening) kernel.after(1, end)
  }

  const tryOften = (client: string, action: ClientAction, retries: number): void =>
    attempt(client, action, { isClosing: false, isAgain: retries > 0 }, (made) => {
      const mayRetry = shouldRetry(made.response) && retries < retriesMost
      if (!mayRetry || kernel.draws.draw("retry", client, made.number) % 2 === 0) return void open--
      sometimes(history, "client retried")
      kernel.after(retryMs * (retries + 1), () => tryOften(client, action, retries + 1))
    })

  for (const item of plan.items.filter(isClient)) {
    open++
    const { atMs, client, ...action } = item
    kernel.after(atMs, () => tryOften(client, action as ClientAction, 0))
  }
  return {
    areDone: () => open === 0,
    ask: (action, onAnswer) => attempt("closing", action, { isClosing: true, isAgain: false }, onAnswer),
  }
}

const shouldRetry = (response: ApiResponse | null): boolean => response === null || response.status === 503
