import type { CaseResult } from "./run-case.ts"

/** The results as a table of text, one row for each way, the baseline under ours. */
export const printResults = (results: ReadonlyArray<CaseResult>): string => {
  const rows = [["case", "way", "ops/s", "ms/op", "ratio", "promised"], ...results.flatMap(rowsOf)]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join("  "),
  )
  const legend = results.map((result) => `${result.name}: ${result.operation}`)
  return [...lines, "", ...legend].map((line) => line.trimEnd()).join("\n")
}

/** Whether a result keeps its promise; a case without one always does. */
export const keepsPromise = (result: CaseResult): boolean =>
  result.ratioMin === null || (result.ratio !== null && result.ratio >= result.ratioMin)

const rowsOf = (result: CaseResult): ReadonlyArray<ReadonlyArray<string>> => {
  const { ours, baseline } = result
  const ratio = result.ratio === null ? "" : `${result.ratio.toFixed(2)} ×`
  const promise = result.ratioMin === null ? "" : `≥ ${result.ratioMin} × ${keepsPromise(result) ? "kept" : "BROKEN"}`
  const own = [result.name, "miroir", perSecond(ours.operationsPerSecond), digits(ours.msPerOperation), ratio, promise]
  if (baseline === null) return [own]
  return [own, ["", baseline.name, perSecond(baseline.operationsPerSecond), digits(baseline.msPerOperation), "", ""]]
}

const perSecond = (operations: number): string =>
  operations >= 100 ? Math.round(operations).toLocaleString("en") : operations.toFixed(1)

const digits = (ms: number): string => ms.toPrecision(3)
