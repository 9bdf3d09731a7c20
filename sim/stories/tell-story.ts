import { epochMs } from "../kernel/kernel.ts"
import { type Figure, type Harm, figures } from "./count-damage.ts"
import type { Played } from "./play-story.ts"
import type { StoryEvent } from "./story-event.ts"
import { tellClients } from "./tell-clients.ts"
import { tellMarks } from "./tell-marks.ts"
import { tellTrace } from "./tell-trace.ts"

/** Of what clients do, one line at most in this. */
const clientsEveryMs = 500

const togetherMs = 1_000

/** What happened, for a person: `noted` is what the watcher has seen while the story was played. */
export const tellStory = (
  { verdict, world, harms }: Played,
  noted: ReadonlyArray<StoryEvent>,
): ReadonlyArray<string> => {
  const { attempts, changes } = world.history
  const restMs = attempts.find(({ isClosing }) => isClosing)?.sentMs ?? null
  const events = togetherOnce([
    ...tellTrace(verdict.trace),
    ...noted,
    ...tellMarks(changes),
    ...tellHarms(harms, world.kernel.nowMs()),
    ...(restMs === null
      ? []
      : [{ atMs: restMs, who: "rest" as const, what: "nothing is under way, or known to be behind, any more" }]),
  ])
  const told: Array<StoryEvent> = []
  let sinceMs = epochMs
  const tellUntil = (untilMs: number): void => {
    const what = tellClients(attempts, sinceMs, untilMs)
    if (what !== null) told.push({ atMs: untilMs, who: "clients", what: `until now ${what}` })
    sinceMs = untilMs
  }
  for (const event of events) {
    if (event.who === "fault" || event.atMs - sinceMs >= clientsEveryMs) tellUntil(event.atMs)
    told.push(event)
  }
  tellUntil(Infinity)
  const end =
    verdict.failure === null || restMs !== null ? [] : [`  it never came to rest: ${verdict.failure.facts[0]}`]
  return [...told.map((event) => lineOf(event, world.kernel.nowMs())), ...end]
}

/** In order of time; what happens again and again in a short time is one line. */
const togetherOnce = (events: ReadonlyArray<StoryEvent>): ReadonlyArray<StoryEvent> => {
  const told: Array<{ readonly event: StoryEvent; times: number }> = []
  for (const event of [...events].sort((one, other) => one.atMs - other.atMs)) {
    const same = told.findLast(({ event: { what } }) => what === event.what)
    if (same !== undefined && event.atMs - same.event.atMs < togetherMs) same.times++
    else told.push({ event, times: 1 })
  }
  return told.map(({ event, times }) =>
    times === 1 ? event : { ...event, what: `${event.what} (${times} times within a second)` },
  )
}

const lineOf = ({ atMs, who, what }: StoryEvent, nowMs: number): string => {
  const seconds = (Math.min(atMs, nowMs) - epochMs) / 1000
  return `${seconds.toFixed(3).padStart(8)} s  ${who.padEnd(8)} ${what}`
}

const names: Readonly<Record<Figure, string>> = {
  documentsLost: "documents lost",
  staleReads: "stale reads",
  duplicated: "duplicated",
  wrongCountSearches: "wrong-count searches",
  divergentReplicas: "divergent replicas after rest",
  refusedWrites: "refused writes",
}

/** The first of each kind, with the number of the others. */
const tellHarms = (harms: ReadonlyArray<Harm>, endMs: number): ReadonlyArray<StoryEvent> =>
  figures.flatMap((figure): ReadonlyArray<StoryEvent> => {
    const ofKind = harms.filter((harm) => harm.figure === figure)
    const [first, ...others] = ofKind
    if (first === undefined || figure === "refusedWrites") return []
    const more = others.length === 0 ? "" : ` (and ${others.length} more of its kind)`
    return [{ atMs: first.atMs ?? endMs, who: "damage", what: `${names[figure]}: ${first.fact}${more}` }]
  })

export const printTable = (rows: ReadonlyArray<readonly [Figure, string]>): ReadonlyArray<string> =>
  rows.map(([figure, value]) => `  ${names[figure].padEnd(30)} ${value}`)
