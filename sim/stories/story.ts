import type { Plan } from "../plan/plan.ts"
import type { Plant } from "../world/world.ts"

/** Something that Miroir does so that nothing is lost, and how the simulator takes it away: it wraps the ports, core knows nothing of it. */
export interface Protection {
  readonly name: string
  /** One line. */
  readonly does: string
  /** Made anew for each run, because it may remember what it has seen. */
  readonly off: () => Plant
}

export interface StoryProtection {
  readonly protection: Protection
  /** Why nothing is damaged when it is the only one that is off; null: something is. */
  readonly redundantBecause: string | null
}

export interface Story {
  readonly name: string
  /** What happens, in one line. */
  readonly tells: string
  readonly plan: (seed: number) => Plan
  readonly protections: ReadonlyArray<StoryProtection>
}

/** A story that the simulated world cannot play yet. */
export interface AwaitedStory {
  readonly name: string
  readonly tells: string
  /** What the world lacks. */
  readonly needs: string
}

export const needed = (protection: Protection): StoryProtection => ({ protection, redundantBecause: null })

export const redundant = (protection: Protection, because: string): StoryProtection => ({
  protection,
  redundantBecause: because,
})
