import { printPlan } from "../plan/print-plan.ts"
import { exitCodes } from "../world/verdict.ts"
import { figures, isDamaged } from "./count-damage.ts"
import { type Played, playStory } from "./play-story.ts"
import { awaitedStories, stories, storyOf } from "./stories.ts"
import type { Story } from "./story.ts"
import type { StoryEvent } from "./story-event.ts"
import { printTable, tellStory } from "./tell-story.ts"
import { watchWorld } from "./watch-world.ts"

export interface StoryCommand {
  /** A name, or `list`. */
  readonly scenario: string
  /** `all`, `none`, names of those that are on, or `no-` and the name of those that are off, with commas between. */
  readonly protections: string
  readonly seed: number
  readonly seeds: number
  readonly isJson: boolean
  /** The plan instead of the story. */
  readonly isPrinting: boolean
  /** Everything that happened, instead of the timeline. */
  readonly isTracing: boolean
}

/** Plays a story for each seed; the exit code is 0 when every one of them ended as it should with these protections. */
export const runStories = (command: StoryCommand, print: (line: string) => void): number => {
  if (command.scenario === "list") return listStories(command.isJson, print)
  const story = storyOf(command.scenario)
  const off = protectionsOff(story, command.protections)
  const seeds = Array.from({ length: command.seeds }, (_, at) => command.seed + at)
  if (command.isPrinting) {
    for (const seed of seeds) print(printPlan(story.plan(seed)).trimEnd())
    return 0
  }
  const isTold = seeds.length === 1 && !command.isJson
  if (!command.isJson) for (const line of introduce(story, off)) print(line)
  let exitCode = 0
  const played = seeds.map((seed) => {
    const noted: Array<StoryEvent> = []
    const one = playStory(story, seed, off, isTold ? { keepTrace: true, watch: watchWorld(noted) } : {})
    if (isTold) for (const line of command.isTracing ? one.verdict.trace : tellStory(one, noted)) print(line)
    const judged = judgeStory(one)
    if (exitCode === 0) exitCode = judged.exitCode
    if (!command.isJson && (isTold || judged.exitCode !== 0)) print(`\nseed ${seed}: ${judged.says}`)
    return one
  })
  if (command.isJson) print(JSON.stringify(tableOf(story, off, played, exitCode)))
  else
    for (const line of printTable(figures.map((figure) => [figure, spread(played.map(({ total }) => total[figure]))])))
      print(line)
  return exitCode
}

/** What should come of it: nothing when all are on or only a redundant one is off, damage when one that is needed is off. */
export const expectation = ({ protections }: Story, off: ReadonlySet<string>): "clean" | "damage" | "either" => {
  const without = protections.filter(({ protection }) => off.has(protection.name))
  if (without.length === protections.length || without.some((one) => one.redundantBecause === null)) return "damage"
  return without.length <= 1 ? "clean" : "either"
}

/** Whether a story ended as it should, and the exit code that says so. */
export const judgeStory = ({
  story,
  off,
  verdict,
  total,
}: Played): { readonly exitCode: number; readonly says: string } => {
  const { failure } = verdict
  const isHarmless = !isDamaged(total) && failure === null
  if (failure?.kind === "oracle")
    return { exitCode: exitCodes.oracle, says: `the simulator failed: ${failure.facts[0]}` }
  if (isHarmless && expectation(story, off) === "damage")
    return {
      exitCode: exitCodes.oracle,
      says: "nothing was damaged: the story does not show what the protections are for",
    }
  if (isHarmless) return { exitCode: 0, says: "nothing was damaged" }
  const what = failure === null ? "something was damaged" : `broken: ${failure.invariant} (${failure.kind})`
  if (expectation(story, off) === "clean") return { exitCode: exitCodes[failure?.kind ?? "correctness"], says: what }
  return { exitCode: 0, says: `${what}, as it must be without these protections` }
}

const protectionsOff = ({ name, protections }: Story, list: string): ReadonlySet<string> => {
  const names = protections.map(({ protection }) => protection.name)
  if (list === "all") return new Set()
  if (list === "none") return new Set(names)
  const words = list.split(",").map((word) => word.trim())
  const isWithout = words.every((word) => word.startsWith("no-"))
  const named = isWithout ? words.map((word) => word.slice("no-".length)) : words
  for (const one of named)
    if (!names.includes(one)) throw new RangeError(`${name} knows the protections ${names.join(", ")}, and not ${one}`)
  return new Set(isWithout ? named : names.filter((one) => !named.includes(one)))
}

const introduce = ({ name, tells, protections }: Story, off: ReadonlySet<string>): ReadonlyArray<string> => [
  `${name}: ${tells}`,
  "",
  ...protections.flatMap(({ protection, redundantBecause }) => [
    `  ${(off.has(protection.name) ? "OFF" : "on").padEnd(4)} ${protection.name.padEnd(20)} ${protection.does}`,
    ...(redundantBecause === null ? [] : [`${" ".repeat(28)}(here others notice, too: ${redundantBecause})`]),
  ]),
  "",
]

/** One number, or the median and what is around it. */
const spread = (values: ReadonlyArray<number>): string => {
  const sorted = [...values].sort((one, other) => one - other)
  if (sorted.length === 1) return String(sorted[0])
  return `median ${sorted[sorted.length >> 1]}, ${sorted[0]} to ${sorted.at(-1)} in ${sorted.length} seeds`
}

const tableOf = (
  { name, protections }: Story,
  off: ReadonlySet<string>,
  played: ReadonlyArray<Played>,
  exitCode: number,
) => ({
  scenario: name,
  on: protections.map(({ protection }) => protection.name).filter((one) => !off.has(one)),
  off: [...off],
  exitCode,
  runs: played.map(({ seed, total, verdict }) => ({ seed, ...total, broken: verdict.failure?.invariant ?? null })),
})

const listStories = (isJson: boolean, print: (line: string) => void): number => {
  const width = Math.max(...[...stories, ...awaitedStories].map(({ name }) => name.length))
  if (isJson) print(JSON.stringify(stories.map(({ name, tells }) => ({ name, tells }))))
  else {
    for (const { name, tells } of stories) print(`  ${name.padEnd(width)}  ${tells}`)
    for (const { name, tells, needs } of awaitedStories)
      print(`  ${name.padEnd(width)}  ${tells} (not yet: needs ${needs})`)
  }
  return 0
}
