import type { SessionComparison, StepDifference } from "./compare-sessions.ts"

/** Differences shown per step: a wrong order of hits makes dozens that say the same. */
const differencesShown = 6
const valueLengthShown = 160
const contextShown = 60

/** The comparison for a person: one line when all is equal, else every step that differs with its first differences. */
export const printComparison = (comparison: SessionComparison & { readonly topology: string }): string => {
  const { topology, calls, steps, equal, different, leaks } = comparison
  const lines = [`${topology}: ${calls} calls, ${equal} of ${steps} steps equal`]
  lines.push(...different.flatMap((one) => printStep(one, ["bare", "miroir"])))
  for (const leak of leaks) lines.push(`  a hidden field was seen: ${leak}`)
  return lines.join("\n")
}

/** The first differences of one step; `sides` names who answered the expected and the actual value. */
export const printStep = ({ step, differences }: StepDifference, sides: readonly [string, string]): string[] => {
  const width = Math.max(sides[0].length, sides[1].length) + 1
  const [expectedBy, actualBy] = sides.map((side) => `${side}:`.padEnd(width))
  const lines = [`  ${step}`]
  for (const { path, expected, actual } of differences.slice(0, differencesShown)) {
    const [left, right] = showTwo(expected, actual)
    lines.push(`    ${path}`, `      ${expectedBy} ${left}`, `      ${actualBy} ${right}`)
  }
  const hidden = differences.length - differencesShown
  if (hidden > 0) lines.push(`    and ${hidden} more`)
  return lines
}

/** Long values are shown from shortly before the place where they part. */
const showTwo = (expected: unknown, actual: unknown): readonly [string, string] => {
  const [left, right] = [JSON.stringify(expected) ?? "undefined", JSON.stringify(actual) ?? "undefined"]
  let same = 0
  while (same < left.length && left[same] === right[same]) same += 1
  const start = Math.max(left.length, right.length) > valueLengthShown ? Math.max(0, same - contextShown) : 0
  const cut = (text: string): string => {
    const shown = text.slice(start, start + valueLengthShown)
    return `${start > 0 ? "…" : ""}${shown}${start + shown.length < text.length ? "…" : ""}`
  }
  return [cut(left), cut(right)]
}
