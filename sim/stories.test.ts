import { describe, expect, it } from "vitest"
import { figures, isDamaged } from "./stories/count-damage.ts"
import { playStory } from "./stories/play-story.ts"
import { expectation, judgeStory, runStories } from "./stories/run-stories.ts"
import { awaitedStories, stories, storyOf } from "./stories/stories.ts"
import { exitCodes } from "./world/verdict.ts"

const seeds = [1, 2, 3]
const noHarm = Object.fromEntries(figures.map((figure) => [figure, 0]))

const command = {
  scenario: "list",
  protections: "all",
  seed: 1,
  seeds: 1,
  isJson: false,
  isPrinting: false,
  isTracing: false,
}

const said = (
  options: Partial<typeof command>,
): { readonly exitCode: number; readonly lines: ReadonlyArray<string> } => {
  const lines: Array<string> = []
  const exitCode = runStories({ ...command, ...options }, (line) => lines.push(line))
  return { exitCode, lines }
}

describe.each(stories)("the story $name", (story) => {
  const names = story.protections.map(({ protection }) => protection.name)

  it("does no damage with all protections", () => {
    const played = seeds.map((seed) => playStory(story, seed, new Set()))
    // Nobody can take a write while the store is away.
    const price = story.name === "store-outage" ? { refusedWrites: expect.any(Number) } : {}
    for (const one of played) {
      expect(one.verdict.failure).toBeNull()
      expect(one.total).toEqual({ ...noHarm, ...price })
      expect(judgeStory(one).exitCode).toBe(0)
    }
  })

  it("does damage without any", () => {
    for (const seed of seeds) {
      const { total } = playStory(story, seed, new Set(names))
      expect(isDamaged(total), JSON.stringify(total)).toBe(true)
    }
  })

  it.each(names)("needs %s, or says why it does not", (name) => {
    const played = playStory(story, 1, new Set([name]))
    expect(isDamaged(played.total)).toBe(expectation(story, played.off) === "damage")
  })
})

describe("the command", () => {
  it("names every story in its list", () => {
    const { lines } = said({ scenario: "list" })
    for (const { name } of [...stories, ...awaitedStories]) expect(lines.join("\n")).toContain(name)
  })

  it("refuses a story whose needs the world does not meet, and says what they are", () => {
    for (const { name, needs } of awaitedStories) expect(() => said({ scenario: name })).toThrow(needs)
  })

  it("refuses a protection that the story does not have, and names those that it has", () => {
    expect(() => said({ scenario: "store-outage", protections: "marker" })).toThrow("settle-retries")
  })

  it("ends with the class of damage that must not be, and calls a story wrong that lacks the damage it should do", () => {
    const story = storyOf("proxy-dies-between-intend-and-settle")
    const unprotected = new Set(["resync"])
    const damaged = playStory(story, 1, unprotected)
    const harmless = playStory(story, 1, new Set())
    expect(judgeStory({ ...damaged, off: new Set() }).exitCode).toBe(exitCodes.correctness)
    expect(judgeStory({ ...harmless, off: unprotected }).exitCode).toBe(exitCodes.oracle)
  })

  it("tells when a node broke, what was noticed, and what repair did", () => {
    const { lines, exitCode } = said({ scenario: "node-returns-old" })
    const told = lines.join("\n")
    expect(told).toMatch(/fault +n2 is started again on a copy of its disk/)
    expect(told).toMatch(/noticed +n2 is written down as behind in shards .*its newest task is/)
    expect(told).toMatch(/repair +n2 has caught up/)
    expect(exitCode).toBe(0)
  })

  it("prints one JSON object with a row for each seed", () => {
    const { lines } = said({ scenario: "node-returns-old", protections: "no-task-uids", seeds: 2, isJson: true })
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { scenario: "node-returns-old", off: ["task-uids"], exitCode: 0, runs: [{ seed: 1 }, { seed: 2 }] },
    ])
  })
})
