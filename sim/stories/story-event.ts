/** One thing that happened, as a line of a timeline. */
export interface StoryEvent {
  /** Virtual time, from the epoch of the simulation. */
  readonly atMs: number
  readonly who: "clients" | "fault" | "noticed" | "repair" | "damage" | "rest"
  readonly what: string
}
