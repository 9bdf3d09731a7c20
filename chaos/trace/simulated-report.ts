import { compareWithRecording } from "./compare-replay.ts"
import type { Trace } from "./read-trace.ts"
import type { SimulatedReplay } from "./replay-in-simulator.ts"
import { countBy, printReplay, reportOf, type ReplayReport } from "./replay-report.ts"

/** A replay in the simulator: the model node is a small Meilisearch, so that what differs is counted by route, and not a failure. */
export interface SimulatedReport extends ReplayReport {
  readonly unsupported: SimulatedReplay["unsupported"]
  readonly differentByRoute: Readonly<Record<string, number>>
  readonly defects: ReadonlyArray<string>
  readonly steps: number
}

export const simulatedReport = (trace: Trace, simulated: SimulatedReplay, topology: string): SimulatedReport => {
  const comparison = compareWithRecording(trace, simulated.replay)
  return {
    ...reportOf(`the simulator ${topology}`, trace, simulated.replay, comparison),
    unsupported: simulated.unsupported,
    differentByRoute: countBy(comparison.different.map(({ route }) => route)),
    defects: simulated.defects,
    steps: simulated.steps,
  }
}

export const printSimulated = (report: SimulatedReport): string =>
  [
    printReplay(report, null),
    ...Object.entries(report.unsupported).map(([route, count]) => `  the model node cannot: ${route} ${count}`),
    ...Object.entries(report.differentByRoute).map(([route, count]) => `  different: ${route} ${count}`),
    ...report.defects.map((defect) => `  an invariant broke: ${defect}`),
  ].join("\n")
