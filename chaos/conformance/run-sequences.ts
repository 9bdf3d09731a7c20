import { runSequence, type SequenceRecord } from "./run-sequence.ts"
import type { Family, Sequence } from "./sequence.ts"
import type { WireTarget } from "./send-wire-request.ts"

/** Sequences under way at a time: an engine applies one batch at a time, so more would only wait. */
const sequencesAtOnce = 6

export interface ConformancePlan {
  readonly families: ReadonlyArray<Family>
  readonly sequences: ReadonlyArray<Sequence>
}

/** Sequences that are over when `underWay` is called: writes to many indexes are going on, and most reads are still to come. */
const underWayAfter = 40

/** A fresh server's answers to every sequence, in the order of the plan. `underWay` is called once, between two requests of some. */
export const runSequences = async (
  target: WireTarget,
  { families, sequences }: ConformancePlan,
  underWay: () => void = () => undefined,
): Promise<ReadonlyArray<SequenceRecord>> => {
  const isAlone = new Set(families.filter(({ company }) => company === "alone").map(({ name }) => name))
  const records = new Map<Sequence, SequenceRecord>()
  for (const sequence of sequences) {
    if (isAlone.has(sequence.family)) records.set(sequence, await runSequence(target, sequence))
  }
  await makeFixtures(target, families)
  const waiting = sequences.filter(({ family }) => !isAlone.has(family))
  const whenUnderWay = Math.min(underWayAfter, waiting.length)
  let over = 0
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      records.set(next, await runSequence(target, next))
      if (++over === whenUnderWay) underWay()
    }
  }
  await Promise.all(Array.from({ length: sequencesAtOnce }, work))
  return sequences.flatMap((sequence) => records.get(sequence) ?? [])
}

/** Families share fixtures: each list of steps runs once. A fixture that fails would make every answer equal and empty. */
const makeFixtures = async (target: WireTarget, families: ReadonlyArray<Family>): Promise<void> => {
  for (const steps of new Set(families.flatMap(({ fixtures }) => (fixtures === undefined ? [] : [fixtures])))) {
    const { exchanges } = await runSequence(target, { steps })
    for (const { request, answer, failure, task } of exchanges) {
      const status = (task as { readonly status?: unknown } | null)?.status
      if (status === "succeeded") continue
      const seen = failure ?? JSON.stringify(task ?? answer?.body)
      throw new Error(`the fixture ${request.method} ${request.path} failed on ${target.url}: ${seen}`)
    }
  }
}
