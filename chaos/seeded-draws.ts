/** Choices that repeat with the seed. What the processes do with them does not: this is chaos, not the simulator. */
export interface SeededDraws {
  /** A whole number in [0, bound). */
  readonly below: (bound: number) => number
  readonly pick: <Value>(values: ReadonlyArray<Value>) => Value | undefined
}

/** A multiplicative congruential generator with the constants of Park and Miller: plenty for choosing test traffic. */
export const seededDraws = (seed: number): SeededDraws => {
  const modulus = 2_147_483_647
  const multiplier = 48_271
  let state = (Math.abs(Math.trunc(seed)) % (modulus - 1)) + 1
  const below = (bound: number): number => {
    state = (state * multiplier) % modulus
    return Math.floor((state / modulus) * bound)
  }
  return { below, pick: (values) => values[below(values.length)] }
}
