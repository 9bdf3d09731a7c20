import { type Kernel, epochMs } from "../kernel/kernel.ts"
import { type ClientAction, type Plan, endOf, isClient } from "../plan/plan.ts"
import { startClients } from "../workload/run-clients.ts"
import { scheduleFaults } from "./fault-windows.ts"
import { judge } from "../checkers/judge.ts"
import { type Failure, type Verdict } from "./verdict.ts"
import { type Plant, type World, makeWorld, unrest } from "./world.ts"

export interface RunOptions {
  readonly plant?: Plant
  readonly keepTrace?: boolean
  /** Is given the world before anything happens in it, and may look at it for as long as it likes. */
  readonly watch?: (world: World) => void
}

/** After the last fault and the last client, everything must come to rest within this: the liveness promise. */
const restMs = 90_000
const lookMs = 100

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
    const deadlineMs = epochMs + endOf(plan) + restMs
    const look = (): void => {
      const left = [
        ...(clients.areDone() ? [] : ["clients wait for answers"]),
        ...(faults.areOver() ? [] : ["faults are not over"]),
        ...unrest(world),
      ]
      if (left.length === 0) return void askClosing(kernel, clients, closingActions(plan), () => (isClosed = true))
      if (kernel.nowMs() > deadlineMs) return fail({ kind: "liveness", invariant: "replicas-converge", facts: left })
      kernel.after(lookMs, look)
    }
    kernel.after(endOf(plan) + lookMs, look)
    const end = kernel.run(() => isClosed || failure !== null)
    if (end !== "over")
      fail({ kind: "liveness", invariant: end, facts: [`after ${kernel.steps()} steps`, ...unrest(world)] })
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

/** Everything that clients can see of what is left. */
const closingActions = (plan: Plan): ReadonlyArray<ClientAction> => [
  ...indexesOf(plan).flatMap((index): ReadonlyArray<ClientAction> => [
    { do: "list", index },
    { do: "search", index, body: { q: "", limit: 1000 } },
    { do: "search", index, body: { q: "river", limit: 1000, facets: ["group"] } },
    { do: "search", index, body: { q: "castle", limit: 7, sort: ["n:asc"] } },
    { do: "search", index, body: { filter: "group = red", limit: 1000, sort: ["n:desc"] } },
  ]),
  { do: "tasks" },
]

export const indexesOf = (plan: Plan): ReadonlyArray<string> => [
  ...new Set(plan.items.filter(isClient).flatMap((item) => ("index" in item ? [item.index] : []))),
]

const closingRetries = 20
const closingPauseMs = 500

/** One after the other. */
const askClosing = (
  kernel: Kernel,
  clients: ReturnType<typeof startClients>,
  actions: ReadonlyArray<ClientAction>,
  onDone: () => void,
  retries = closingRetries,
): void => {
  const [first, ...rest] = actions
  if (first === undefined) return onDone()
  clients.ask(first, ({ response }) =>
    // What was still under way when all had come to rest may make a node suspect once more.
    response?.status === 503 && retries > 0
      ? kernel.after(closingPauseMs, () => askClosing(kernel, clients, actions, onDone, retries - 1))
      : askClosing(kernel, clients, rest, onDone),
  )
}
