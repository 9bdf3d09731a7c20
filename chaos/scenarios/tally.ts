/** Counts by phase and outcome. */
export interface Tally<Phase extends string, Outcome extends string> {
  readonly count: (phase: Phase, outcome: Outcome, example?: string) => void
  readonly of: (phase: Phase, outcome: Outcome) => number
  /** The first example of this outcome in this phase, for reports. */
  readonly example: (phase: Phase, outcome: Outcome) => string | null
  readonly table: () => string
  readonly asJson: () => Readonly<Record<string, Readonly<Record<string, number>>>>
}

export const createTally = <Phase extends string, Outcome extends string>(
  phases: ReadonlyArray<Phase>,
  outcomes: ReadonlyArray<Outcome>,
): Tally<Phase, Outcome> => {
  const counts = new Map<string, number>()
  const examples = new Map<string, string>()
  const key = (phase: Phase, outcome: Outcome): string => `${phase}/${outcome}`
  const of = (phase: Phase, outcome: Outcome): number => counts.get(key(phase, outcome)) ?? 0
  return {
    count: (phase, outcome, example) => {
      counts.set(key(phase, outcome), of(phase, outcome) + 1)
      if (example !== undefined && !examples.has(key(phase, outcome))) examples.set(key(phase, outcome), example)
    },
    of,
    example: (phase, outcome) => examples.get(key(phase, outcome)) ?? null,
    table: () => {
      const rows = phases.map((phase) => [phase, ...outcomes.map((outcome) => `${of(phase, outcome)}`)])
      return alignColumns([["", ...outcomes], ...rows])
    },
    asJson: () =>
      Object.fromEntries(
        phases.map((phase) => [phase, Object.fromEntries(outcomes.map((outcome) => [outcome, of(phase, outcome)]))]),
      ),
  }
}

/** The first column to the left, numbers to the right. */
const alignColumns = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)))
  const line = (row: ReadonlyArray<string>): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
  return rows.map(line).join("\n")
}
