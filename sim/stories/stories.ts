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
