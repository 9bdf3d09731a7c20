import type { ExchangeDifference, RecordsComparison } from "./compare-records.ts"
import type { WireRequest } from "./sequence.ts"

export interface ConformanceResult extends RecordsComparison {
  readonly topology: string
  readonly seed: number
  readonly sequences: number
}

const differencesShown = 4
const exchangesShown = 400
const valueLengthShown = 200
const contextShown = 80

/** For a person: the figures, then every difference with the command that repeats it. */
export const printReport = (result: ConformanceResult): string => {
  const { topology, requests, sequences, equal, tolerated, different, byFamily, byTolerance, found } = result
  const lines = [
    `${topology}: ${requests} requests in ${sequences} sequences: ${equal} equal, ${tolerated} tolerated, ${different} different`,
    ...Object.entries(byFamily).map(
      ([name, count]) =>
        `  ${name.padEnd(18)} ${pad(count.requests)} requests ${pad(count.equal)} equal ${pad(count.tolerated)} tolerated ${pad(count.different)} different`,
    ),
    ...Object.entries(byTolerance).map(([name, count]) => `  tolerated: ${name} ${count}`),
    ...found.slice(0, exchangesShown).flatMap((difference) => printDifference(difference, result)),
  ]
  if (found.length > exchangesShown) lines.push(`and ${found.length - exchangesShown} more`)
  return lines.join("\n")
}

const printDifference = (
  { family, sequence, step, request, differences }: ExchangeDifference,
  { topology, seed }: ConformanceResult,
): ReadonlyArray<string> => {
  const shown = differences.slice(0, differencesShown).flatMap(({ path, expected, actual }) => {
    const [left, right] = showTwo(expected, actual)
    return [`    ${path}`, `      bare:   ${left}`, `      miroir: ${right}`]
  })
  const hidden = differences.length - differencesShown
  return [
    `--topology ${topology} --seed ${seed} --family ${family} --sequence ${sequence}, step ${step}`,
    `  ${showRequest(request)}`,
    ...shown,
    ...(hidden > 0 ? [`    and ${hidden} more`] : []),
  ]
}

const pad = (count: number): string => `${count}`.padStart(5)

const showRequest = ({ method, path, headers, body }: WireRequest): string => {
  const parts = [`${method} ${cut(path, 0)}`]
  if (headers !== undefined) parts.push(JSON.stringify(headers))
  if (body instanceof Uint8Array) parts.push(`${body.byteLength} bytes`)
  else if (body !== undefined) parts.push(cut(typeof body === "string" ? body : JSON.stringify(body), 0))
  return parts.join(" ")
}

/** Long values are shown from shortly before the place where they part. */
const showTwo = (expected: unknown, actual: unknown): readonly [string, string] => {
  const [left, right] = [JSON.stringify(expected) ?? "undefined", JSON.stringify(actual) ?? "undefined"]
  let same = 0
  while (same < left.length && left[same] === right[same]) same += 1
  const start = Math.max(left.length, right.length) > valueLengthShown ? Math.max(0, same - contextShown) : 0
  return [cut(left, start), cut(right, start)]
}

const cut = (text: string, start: number): string => {
  const shown = text.slice(start, start + valueLengthShown)
  return `${start > 0 ? "…" : ""}${shown}${start + shown.length < text.length ? "…" : ""}`
}
