import { type Appointment, makeAgenda } from "./agenda.ts"
import type { Draws, Stream } from "./draws.ts"

/*
 * The engine of a simulation: virtual time, and tasks of fibers that are ready to run. It runs one thing at a time: a ready task, chosen by the
 * seed, and when none is ready, the next appointment. Everything is synchronous, so nothing outside of the seed decides an order.
 */

export interface Kernel {
  readonly draws: Draws
  readonly nowMs: () => number
  readonly steps: () => number
  readonly after: (ms: number, fire: () => void) => Appointment
  /** Makes a fiber's task ready. */
  readonly ready: (task: () => void) => void
  /** Whether a fiber must give way now: the seeded interruptions that find what two steps in a row hide. */
  readonly mustYield: () => boolean
  /** Runs until `isOver`, or until there is nothing left to do. */
  readonly run: (isOver: () => boolean) => KernelEnd
}

export type KernelEnd =
  | "over"
  /** Nothing is ready and nothing is planned: a deadlock, or something waits for the real world. */
  | "quiescent"
  /** Something turns in a circle. */
  | "too-many-steps"

export interface KernelOptions {
  readonly draws: Draws
  /** Of a thousand operations of a fiber, so many give way. Above 300 the extra steps breed more of them than they end. */
  readonly yieldPermille: number
  readonly stepsMax: number
}

/** Virtual time begins here: 14 November 2023. */
export const epochMs = 1_700_000_000_000

export const makeKernel = ({ draws, yieldPermille, stepsMax }: KernelOptions): Kernel => {
  const agenda = makeAgenda()
  const choose: Stream = draws.stream("schedule")
  const coin: Stream = draws.stream("yield")
  const tasks: Array<() => void> = []
  const threshold = Math.floor((Math.min(yieldPermille, 300) * 0x10000) / 1000)
  let nowMs = epochMs
  let steps = 0

  /** Takes any of the ready tasks: the last one fills its place. */
  const takeReady = (): (() => void) | undefined => {
    const last = tasks.pop()
    if (last === undefined || tasks.length === 0) return last
    const place = choose() % (tasks.length + 1)
    if (place === tasks.length) return last
    const chosen = tasks[place]
    tasks[place] = last
    return chosen
  }

  const run = (isOver: () => boolean): KernelEnd => {
    while (steps < stepsMax) {
      steps++
      const task = takeReady()
      if (task !== undefined) {
        task()
        continue
      }
      if (isOver()) return "over"
      const next = agenda.take()
      if (next === null) return "quiescent"
      nowMs = Math.max(nowMs, next.atMs)
      const { fire } = next
      next.fire = null
      fire?.()
    }
    return "too-many-steps"
  }

  return {
    draws,
    nowMs: () => nowMs,
    steps: () => steps,
    after: (ms, fire) => agenda.put(nowMs + Math.max(0, Math.ceil(ms)), fire),
    ready: (task) => void tasks.push(task),
    mustYield: () => threshold > 0 && (coin() & 0xffff) < threshold,
    run,
  }
}
