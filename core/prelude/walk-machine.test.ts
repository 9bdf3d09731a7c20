import { describe, expect, it } from "vitest"
import { type StepCount, walkMachine } from "./walk-machine.ts"

declare module "vitest" {
  // Every walk of every test counts into the `meta` of its test.
  interface TaskMeta extends StepCount {}
}

const sum = { start: 0, step: (state: number, input: number) => state + input }

describe("a walk through a machine", () => {
  it("counts every step, over all walks that share the count", () => {
    const count: StepCount = {}
    walkMachine(count, { ...sum, inputs: [1, 2, 3], check: () => null })
    walkMachine(count, { ...sum, inputs: [4], check: () => null })
    expect(count).toEqual({ machineSteps: 4 })
  })

  it("ends in the state after the last input", () => {
    expect(walkMachine({}, { ...sum, inputs: [1, 2, 3], check: () => null })).toBe(6)
  })

  it("stops at the first step that breaks a promise and says which one it was", () => {
    const check = (after: number) => (after > 2 ? "it grew too large" : null)
    expect(() => walkMachine({}, { ...sum, inputs: [1, 1, 1, 1], check })).toThrow(
      'step 3: it grew too large\n{"before":2,"input":1,"after":3}',
    )
  })
})
