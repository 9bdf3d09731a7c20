import { combinePlants } from "./combine-plants.ts"
import { type Figures, type Harm, countDamage, totalOf } from "./count-damage.ts"
import type { Story } from "./story.ts"
import { run } from "../world/run-plan.ts"
import type { Verdict } from "../world/verdict.ts"
import type { World } from "../world/world.ts"

export interface Played {
  readonly story: Story
  readonly seed: number
  /** Names of the protections that were off. */
  readonly off: ReadonlySet<string>
  readonly verdict: Verdict
  readonly world: World
  readonly harms: ReadonlyArray<Harm>
  readonly total: Figures
}

export interface PlayOptions {
  readonly keepTrace?: boolean
  readonly watch?: (world: World) => void
}

/** Lets a story happen once, without the protections that are off. */
export const playStory = (
  story: Story,
  seed: number,
  off: ReadonlySet<string>,
  { keepTrace = false, watch }: PlayOptions = {},
): Played => {
  const plants = story.protections.flatMap(({ protection }) => (off.has(protection.name) ? [protection.off()] : []))
  const worlds: Array<World> = []
  const verdict = run(story.plan(seed), {
    plant: combinePlants(plants),
    keepTrace,
    watch: (world) => {
      worlds.push(world)
      watch?.(world)
    },
  })
  const world = worlds[0]!
  const harms = countDamage(world)
  return { story, seed, off, verdict, world, harms, total: totalOf(harms) }
}
