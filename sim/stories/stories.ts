import { nodeStories } from "./node-stories.ts"
import { proxyStories } from "./proxy-stories.ts"
import type { AwaitedStory, Story } from "./story.ts"

export const stories: ReadonlyArray<Story> = [...nodeStories, ...proxyStories]

/** Named, and refused: what they need of the world is not there yet. */
export const awaitedStories: ReadonlyArray<AwaitedStory> = [
  {
    name: "cutover-race",
    tells: "Writes arrive while a shard moves to another node.",
    needs: "moves of shards",
  },
  {
    name: "paused-leader",
    tells: "The proxy that moves a shard is stopped for longer than its lease.",
    needs: "moves of shards",
  },
  {
    name: "delete-then-repair",
    tells: "A replica comes back with documents that were deleted while nobody knew that it was away.",
    needs: "a pass that compares replicas",
  },
  {
    name: "drain-under-fire",
    tells: "A node is emptied while clients search and write.",
    needs: "moves of shards",
  },
  {
    name: "reshard-under-fire",
    tells: "An index gets more shards while clients search and write.",
    needs: "resharding",
  },
]

export const storyOf = (name: string): Story => {
  const story = stories.find((one) => one.name === name)
  if (story !== undefined) return story
  const awaited = awaitedStories.find((one) => one.name === name)
  if (awaited !== undefined)
    throw new RangeError(`${name} cannot be played yet: it needs ${awaited.needs}, and the simulated world has none`)
  throw new RangeError(`no story is called ${name}; --scenario list names them`)
}
