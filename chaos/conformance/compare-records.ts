import { reservedPrefix } from "#core/protocol/hidden-fields.ts"
import { compareAnswers, type Difference } from "../e2e/compare-answers.ts"
import { nameTasks } from "../e2e/normalize-answer.ts"
import { normalizeExchange } from "./normalize-exchange.ts"
import type { Exchange, SequenceRecord } from "./run-sequence.ts"
import type { Sequence, WireRequest } from "./sequence.ts"
import { type Tolerance, allTolerances } from "./tolerances.ts"

export interface ExchangeDifference {
  readonly family: string
  readonly sequence: number
  /** Position in the sequence, counted from 0. */
  readonly step: number
  readonly request: WireRequest
  readonly differences: ReadonlyArray<Difference>
}

export interface FamilyCount {
  requests: number
  equal: number
  tolerated: number
  different: number
}

export interface RecordsComparison extends FamilyCount {
  readonly byFamily: Readonly<Record<string, FamilyCount>>
  /** Tolerance → how many exchanges needed it. */
  readonly byTolerance: Readonly<Record<string, number>>
  readonly found: ReadonlyArray<ExchangeDifference>
}

/** Both lists of records belong to the sequences, in their order. `tolerances` are tried in theirs. */
export const compareRecords = (
  sequences: ReadonlyArray<Sequence>,
  bare: ReadonlyArray<SequenceRecord>,
  miroir: ReadonlyArray<SequenceRecord>,
  tolerances: ReadonlyArray<Tolerance> = allTolerances,
): RecordsComparison => {
  const total: FamilyCount = { requests: 0, equal: 0, tolerated: 0, different: 0 }
  const byFamily: Record<string, FamilyCount> = {}
  const byTolerance: Record<string, number> = {}
  const found: ExchangeDifference[] = []
  for (const [position, { family, number, steps }] of sequences.entries()) {
    const ofFamily = (byFamily[family] ??= { requests: 0, equal: 0, tolerated: 0, different: 0 })
    for (const step of steps.keys()) {
      const verdict = judge(bare[position], miroir[position], step, tolerances)
      if (verdict.kind === "tolerated") {
        for (const name of verdict.by) byTolerance[name] = (byTolerance[name] ?? 0) + 1
      }
      for (const count of [total, ofFamily]) {
        count.requests += 1
        count[verdict.kind] += 1
      }
      const request = bare[position]?.exchanges[step]?.request
      if (verdict.kind !== "different" || request === undefined) continue
      found.push({ family, sequence: number, step, request, differences: verdict.differences })
    }
  }
  return { ...total, byFamily, byTolerance, found }
}

type Verdict =
  | { readonly kind: "equal" }
  | { readonly kind: "tolerated"; readonly by: ReadonlyArray<string> }
  | { readonly kind: "different"; readonly differences: ReadonlyArray<Difference> }

const judge = (
  bare: SequenceRecord | undefined,
  miroir: SequenceRecord | undefined,
  step: number,
  tolerances: ReadonlyArray<Tolerance>,
): Verdict => {
  const [expected, actual] = [bare?.exchanges[step], miroir?.exchanges[step]]
  if (bare === undefined || miroir === undefined || expected === undefined || actual === undefined) {
    return { kind: "different", differences: [{ path: "", expected: bare?.exchanges.length, actual: "no record" }] }
  }
  const leak = leakIn(actual)
  if (leak !== null) return { kind: "different", differences: [leak] }
  const [names, otherNames] = [nameTasks(bare.tasks), nameTasks(miroir.tasks)]
  return judgeAnswers(
    { answer: normalizeExchange(expected, names), request: expected.request },
    { answer: normalizeExchange(actual, otherNames), request: actual.request },
    tolerances,
  )
}

interface Side {
  readonly answer: unknown
  readonly request: WireRequest
}

/** Tolerances are added one by one, and only those are named without which the answers would differ. */
const judgeAnswers = (expected: Side, actual: Side, tolerances: ReadonlyArray<Tolerance>): Verdict => {
  const differences = (chosen: ReadonlyArray<Tolerance>): ReadonlyArray<Difference> =>
    compareAnswers(tolerate(expected, chosen), tolerate(actual, chosen))
  const strict = differences([])
  if (strict.length === 0) return { kind: "equal" }
  const lenient = differences(tolerances)
  if (lenient.length > 0) return { kind: "different", differences: lenient }
  const needed = tolerances.filter(
    (tolerance) => differences(tolerances.filter((other) => other !== tolerance)).length > 0,
  )
  return { kind: "tolerated", by: needed.map(({ name }) => name) }
}

const tolerate = ({ answer, request }: Side, chosen: ReadonlyArray<Tolerance>): unknown =>
  chosen.reduce((value, tolerance) => tolerance.apply(value, request), answer)

/** Hidden fields begin with it; a request that asks for them by name may see it again in a message. */
const hiddenMark = reservedPrefix.slice(0, -1)

const leakIn = ({ request, answer, task }: Exchange): Difference | null => {
  const asked = `${request.path} ${typeof request.body === "object" ? JSON.stringify(request.body) : (request.body ?? "")}`
  const seen = `${answer?.text ?? ""} ${JSON.stringify(task)}`
  if (asked.includes(hiddenMark) || !seen.includes(hiddenMark)) return null
  return { path: "a hidden field was seen", expected: "nothing", actual: seen }
}
