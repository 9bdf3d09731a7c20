import { inSyncReads } from "./in-sync-reads.ts"
import { marker, resync, retryElsewhere, shardClauses, taskUids, waitUntilApplied } from "./node-protections.ts"
import { scenePlan } from "./scenes.ts"
import { behindMap, deletionLog, storedMarks } from "./store-protections.ts"
import { type Story, needed, redundant } from "./story.ts"

const nodeDiesUnderWrites: Story = {
  name: "node-dies-under-writes",
  tells: "A node that is slow to apply what it took dies while clients write and read, and comes back with its disk.",
  plan: (seed) =>
    scenePlan(seed, ({ writes, reads }) => [
      ...writes({ fromMs: 1_000, untilMs: 3_950, everyMs: 110 }),
      ...writes({ fromMs: 4_100, untilMs: 7_500, everyMs: 110 }),
      ...reads({ fromMs: 3_995, untilMs: 4_040, everyMs: 5 }),
      ...reads({ fromMs: 1_000, untilMs: 9_500, everyMs: 120 }),
      { fault: "slow-queue", node: "n2", atMs: 2_500, untilMs: 4_100, extraMs: 250 },
      { fault: "crash", node: "n2", atMs: 4_000, untilMs: 7_000 },
    ]),
  protections: [
    needed(retryElsewhere),
    needed(shardClauses),
    needed(waitUntilApplied),
    needed(behindMap),
    needed(inSyncReads),
    needed(resync),
  ],
}

const nodeReturnsBehind: Story = {
  name: "node-returns-behind",
  tells:
    "A node is away while documents are written and deleted; meanwhile the proxy starts again; then the node returns.",
  plan: (seed) =>
    scenePlan(seed, ({ writes, deletions, reads }) => [
      ...reads({ fromMs: 1_000, untilMs: 11_000, everyMs: 120 }),
      { fault: "crash", node: "n2", atMs: 2_000, untilMs: 8_000 },
      ...writes({ fromMs: 3_000, untilMs: 4_500, everyMs: 60 }),
      ...deletions({ fromMs: 4_500, untilMs: 5_000, everyMs: 60 }),
      { fault: "proxy-crash", atMs: 6_000, untilMs: 6_200 },
    ]),
  protections: [
    needed(behindMap),
    needed(storedMarks),
    needed(inSyncReads),
    needed(resync),
    needed(deletionLog),
    needed(shardClauses),
  ],
}

const nodeReturnsEmpty: Story = {
  name: "node-returns-empty",
  tells: "A node dies, loses its disk, and comes back as an empty one under the same address.",
  plan: (seed) =>
    scenePlan(seed, ({ writes, reads }) => [
      ...writes({ fromMs: 1_000, untilMs: 2_000, everyMs: 60 }),
      ...reads({ fromMs: 1_000, untilMs: 11_000, everyMs: 120 }),
      { fault: "crash-empty", node: "n2", atMs: 3_000, untilMs: 7_000 },
      ...writes({ fromMs: 9_500, untilMs: 10_500, everyMs: 110 }),
    ]),
  protections: [
    redundant(marker, "an empty node has no tasks either, and task-uids notices that"),
    redundant(taskUids, "an empty node has no marker"),
    needed(behindMap),
    needed(inSyncReads),
    needed(resync),
  ],
}

const nodeReturnsOld: Story = {
  name: "node-returns-old",
  tells:
    "A node dies and comes back on a copy of its disk from seconds before: its marker is right, its documents are old.",
  plan: (seed) =>
    scenePlan(seed, ({ writes, reads }) => [
      ...writes({ fromMs: 1_000, untilMs: 3_000, everyMs: 60 }),
      ...reads({ fromMs: 1_000, untilMs: 11_000, everyMs: 120 }),
      { fault: "crash-older", node: "n2", atMs: 4_000, untilMs: 8_000, snapshotMs: 2_000 },
      ...writes({ fromMs: 10_000, untilMs: 10_500, everyMs: 110 }),
    ]),
  protections: [needed(taskUids), needed(behindMap), needed(inSyncReads), needed(resync)],
}

export const nodeStories: ReadonlyArray<Story> = [
  nodeDiesUnderWrites,
  nodeReturnsBehind,
  nodeReturnsEmpty,
  nodeReturnsOld,
]
