import { type SeededDraws, seededDraws } from "../seeded-draws.ts"
import { times } from "./draw-values.ts"
import type { Family, Sequence } from "./sequence.ts"

export interface SequenceChoice {
  readonly seed: number
  /** Only this one, for repeating a difference; null for all. */
  readonly only: number | null
  /** How many sequences to draw in each family, instead of the family's own number. */
  readonly drawnPerFamily: number | null
}

/** A family's sequences: the written ones, then the drawn ones. Number n is the same however many there are. */
export const makeSequences = (family: Family, choice: SequenceChoice): ReadonlyArray<Sequence> => {
  const count = family.written.length + (choice.drawnPerFamily ?? family.drawnCount)
  const numbers = choice.only === null ? times(count, (number) => number) : [choice.only]
  return numbers.map((number) => ({
    family: family.name,
    number,
    steps: stepsOf(family, number, choice.seed),
  }))
}

const stepsOf = (family: Family, number: number, seed: number): Sequence["steps"] => {
  const own = `${family.name}-${number}`
  const uid = (name?: string): string => (name === undefined ? own : `${own}-${name}`)
  const written = family.written[number]
  return written === undefined ? family.draw(drawsOf(family, number, seed), uid) : written(uid)
}

const seedsPerRun = 1_000_003
const seedsPerFamily = 10_007

const drawsOf = (family: Family, number: number, seed: number): SeededDraws => {
  const ofFamily = [...family.name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % seedsPerFamily, 7)
  const draws = seededDraws(seed * seedsPerRun + ofFamily * seedsPerFamily + number * 101)
  // Neighbouring seeds give neighbouring first numbers.
  times(5, () => draws.below(2))
  return draws
}
