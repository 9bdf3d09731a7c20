import { Effect } from "effect"
import { PeerUnreachable, type Peers } from "#core/ports/peers.ts"
import type { ApiResponse } from "#core/protocol/http-message.ts"
import { within } from "../kernel/draws.ts"
import type { Kernel } from "../kernel/kernel.ts"
import type { ProcessLife } from "../kernel/process-life.ts"
import type { FaultItem, FleetPlan } from "../plan/plan.ts"
import { CurrentAttempt } from "./history.ts"
import type { Proxy } from "./proxy.ts"

/** Between proxies: each direction takes its time, and two that are apart do not reach each other. */
export interface PeerNetwork {
  readonly kernel: Kernel
  readonly fleet: FleetPlan
  readonly proxies: ReadonlyArray<Proxy>
  readonly faults: ReadonlySet<FaultItem>
}

const patienceMs = 20_000

/** Sends for one life of the proxy `from`. */
export const sendToPeer =
  ({ kernel, fleet, proxies, faults }: PeerNetwork, from: string, life: ProcessLife): Peers["Service"]["send"] =>
  (address, request) =>
    Effect.flatMap(Effect.service(CurrentAttempt), (attempt) =>
      Effect.callback<ApiResponse, PeerUnreachable>((resume) => {
        let operation = 0
        const number = attempt?.number ?? 0
        const oneWay = () => within(kernel.draws.draw(`peer ${++operation}`, from, number), fleet.latencyMs)
        const isApart = () =>
          [...faults].some((item) => item.fault === "proxy-apart" && [from, address].includes(item.proxy ?? "p1"))
        const fail = (wasSent: "no" | "unknown", reason: string) =>
          resume(Effect.fail(new PeerUnreachable({ address, wasSent, reason })))
        const cancel = life.after(patienceMs, () => fail("unknown", "no answer in time"))
        kernel.after(oneWay(), () => {
          const peer = proxies.find(({ name }) => name === address)
          const back = (run: () => void) => life.after(oneWay(), run)
          if (isApart()) return void back(() => fail("no", "connection refused"))
          const isTaken = peer?.answerPeer(request, attempt, (response) => {
            if (isApart() || response === null) return void back(() => fail("unknown", "connection reset"))
            back(() => resume(Effect.succeed(response)))
          })
          if (isTaken !== true) back(() => fail("no", "connection refused"))
        })
        return Effect.sync(cancel)
      }),
    )
