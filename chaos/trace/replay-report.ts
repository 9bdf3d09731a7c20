import { printStep } from "../e2e/print-comparison.ts"
import type { ReplayComparison } from "./compare-replay.ts"
import type { Trace } from "./read-trace.ts"
import type { Replay } from "./replay-trace.ts"

export interface ReplayReport extends ReplayComparison {
  /** Whom the recording, or the first target, is compared with. */
  readonly target: string
  readonly recorded: number
  /** Reason → requests that were not sent again. */
  readonly leftOut: Readonly<Record<string, number>>
  /** Requests whose client had left: sent, but there is no answer to compare with. */
  readonly abandoned: number
  /** Requests that got no answer in the replay. */
  readonly unanswered: number
  readonly tasks: number
  /** Tasks that ended in the recording, and not in the replay. */
  readonly endless: ReadonlyArray<number>
  readonly dropped: number
  readonly isCutOff: boolean
  readonly elapsedMs: number
}

export const reportOf = (target: string, trace: Trace, replay: Replay, comparison: ReplayComparison): ReplayReport => ({
  target,
  recorded: trace.requests.length,
  ...comparison,
  leftOut: countBy(replay.leftOut.map(({ why }) => why)),
  abandoned: replay.repeated.filter(({ recorded }) => recorded.status === null).length,
  unanswered: replay.repeated.filter(({ answer }) => answer === null).length,
  tasks: replay.tasks.size,
  endless: replay.endless,
  dropped: trace.dropped,
  isCutOff: trace.isCutOff,
  elapsedMs: replay.elapsedMs,
})

const stepsShown = 40

/** `sides`: who gave the expected and the actual answers; null: differences are not shown. */
export const printReplay = (report: ReplayReport, sides: readonly [string, string] | null): string => {
  const { target, recorded, requests, equal, tolerated, different, raced, tasks, elapsedMs } = report
  const lines = [
    `${target}: ${recorded} requests recorded, ${requests} compared: ${equal} equal, ${tolerated} tolerated, ${different.length} different, ${raced.length} raced; ${tasks} tasks, ${(elapsedMs / 1000).toFixed(1)} s`,
    ...counts("not sent again", report.leftOut),
    ...counts("tolerated", report.byTolerance),
    ...notes(report).map((note) => `  ${note}`),
    ...(sides === null ? [] : printDifferences([...different, ...raced], sides)),
  ]
  return lines.join("\n")
}

const printDifferences = (
  found: ReplayReport["different"],
  sides: readonly [string, string],
): ReadonlyArray<string> => [
  ...found.slice(0, stepsShown).flatMap((step) => printStep(step, sides)),
  ...(found.length > stepsShown ? [`and ${found.length - stepsShown} more`] : []),
]

const notes = ({ abandoned, unanswered, endless, dropped, isCutOff }: ReplayReport): ReadonlyArray<string> => [
  ...(abandoned > 0 ? [`${abandoned} requests were sent whose client had left: nothing to compare with`] : []),
  ...(unanswered > 0 ? [`${unanswered} requests got no answer`] : []),
  ...(endless.length > 0 ? [`tasks that did not end: ${endless.join(", ")} (as recorded)`] : []),
  ...(dropped > 0 ? [`the recording lost ${dropped} lines: answers may differ for that reason alone`] : []),
  ...(isCutOff ? ["the recording ended where its file was as large as it might be"] : []),
]

const counts = (what: string, byName: Readonly<Record<string, number>>): ReadonlyArray<string> =>
  Object.entries(byName).map(([name, count]) => `  ${what}: ${name} ${count}`)

export const countBy = (names: ReadonlyArray<string>): Readonly<Record<string, number>> => {
  const byName: Record<string, number> = {}
  for (const name of names) byName[name] = (byName[name] ?? 0) + 1
  return byName
}
