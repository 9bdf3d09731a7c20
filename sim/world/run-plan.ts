import { judge } from "../checkers/judge.ts"
import { epochMs } from "../kernel/kernel.ts"
import { type Plan, endOf } from "../plan/plan.ts"
import { askClosing, closingReads, closingWrites } from "../workload/closing.ts"
import { startClients } from "../workload/run-clients.ts"
import { scheduleFaults } from "./fault-windows.ts"
import { sometimes } from "./history.ts"
import { restOf } from "./rest.ts"
import { type Failure, type Verdict } from "./verdict.ts"
import { type Plant, type World, makeWorld } from "./world.ts"

export interface RunOptions {
  readonly plant?: Plant
  readonly keepTrace?: boolean
  /** Is given the world before anything happens in it, and may look at it for as long as it likes. */
  readonly watch?: (world: World) => void
}

/** After the last fault has ended, or lasts, and the last client has asked, everything must come to rest within this: the liveness promise. */
const restMs = 90_000
const lookMs = 100
/** So much later a proxy that follows knows what the one that leads had stored when all came to rest. */
const followMs = 1_500

/** Lets a plan happen and judges what has happened. The same plan gives the same verdict, byte for byte, on every runtime. */
export const run = (plan: Plan, { plant = {}, keepTrace = false, watch }: RunOptions = {}): Verdict => {
  let failure: Failure | null = null
  const fail = (found: Failure): void => void (failure ??= found)
  const world = makeWorld(plan.fleet, plant, keepTrace, (name, message) =>
    fail({ kind: "crash", invariant: name, facts: [message] }),
  )
  const { kernel } = world
  watch?.(world)
  let isClosed = false
  try {
    const faults = scheduleFaults(world, plan)
    const clients = startClients(world, plan)
    for (const proxy of world.proxies) proxy.start()
    let deadlineMs = epochMs + endOf(plan) + restMs
    // At rest, what is left must take writes, come to rest again, and answer reads.
    const closing = [() => closingWrites(world), () => closingReads(plan)]
    const look = (): void => {
      const { left, excuses } = restOf(world)
      if (!clients.areDone()) left.push("clients wait for answers")
      if (!faults.areOver()) left.push("faults are not over")
      if (left.length > 0) {
        if (kernel.nowMs() > deadlineMs) fail({ kind: "liveness", invariant: "replicas-converge", facts: left })
        else kernel.after(lookMs, look)
        return
      }
      for (const excuse of excuses) sometimes(world.history, `excused ${excuse}`)
      const actions = closing.shift()
      if (actions === undefined) return void (isClosed = true)
      deadlineMs = kernel.nowMs() + restMs
      kernel.after(followMs, () => askClosing(kernel, clients, actions(), look))
    }
    kernel.after(endOf(plan) + lookMs, look)
    const end = kernel.run(() => isClosed || failure !== null)
    if (end !== "over")
      fail({ kind: "liveness", invariant: end, facts: [`after ${kernel.steps()} steps`, ...restOf(world).left] })
    if (failure === null) failure = judge(world, plan)
  } catch (error) {
    fail({
      kind: "oracle",
      invariant: "simulator",
      facts: [error instanceof Error ? (error.stack ?? "") : String(error)],
    })
  }
  return verdictOf(plan, world, failure)
}

const verdictOf = (plan: Plan, world: World, failure: Failure | null): Verdict => ({
  plan,
  failure,
  traceHash: world.trace.hash(),
  trace: world.trace.lines,
  events: world.kernel.steps(),
  simulatedMs: world.kernel.nowMs() - epochMs,
  reached: world.history.reached,
})
