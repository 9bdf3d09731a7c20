import type { Verdict } from "../world/verdict.ts"

/** What somebody needs who has to find out why: the promise, the facts, and the command that shows it again. */
export const printFailure = (verdict: Verdict, command: string, planPath: string | null): string => {
  const { failure } = verdict
  if (failure === null) return ""
  return [
    `✗ ${failure.invariant} (${failure.kind})`,
    ...failure.facts.slice(0, factsMost).map((fact) => `    ${fact}`),
    ...(failure.facts.length > factsMost ? [`    … and ${failure.facts.length - factsMost} more facts`] : []),
    `  again: ${command}`,
    ...(planPath === null ? [] : [`  plan:  ${planPath}`]),
    `  trace: ${verdict.traceHash}`,
  ].join("\n")
}

const factsMost = 16

/** Names and how often they were reached, in all runs together. */
export const printReached = (reached: ReadonlyMap<string, number>): string => {
  const rows = [...reached].sort(([one], [other]) => (one < other ? -1 : 1))
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, count]) => `  ${name.padEnd(width)}  ${count}`).join("\n")
}
