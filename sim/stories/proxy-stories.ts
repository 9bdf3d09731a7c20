import { inSyncReads } from "./in-sync-reads.ts"
import { resync } from "./node-protections.ts"
import { scenePlan } from "./scenes.ts"
import { behindMap, intentLog, oneWriter, settleRetries } from "./store-protections.ts"
import { type Story, needed } from "./story.ts"

const proxyDies: Story = {
  name: "proxy-dies-between-intend-and-settle",
  tells: "The proxy is killed while writes are on their way: one replica has taken them, a slow one never will.",
  plan: (seed) =>
    scenePlan(seed, ({ writes, reads }) => [
      ...reads({ fromMs: 1_000, untilMs: 7_000, everyMs: 120 }),
      { fault: "slow-network", node: "n2", atMs: 2_900, untilMs: 3_600, extraMs: 400 },
      ...writes({ fromMs: 3_000, untilMs: 3_120, everyMs: 4 }),
      { fault: "proxy-crash", atMs: 3_180, untilMs: 3_700 },
    ]),
  protections: [needed(intentLog), needed(behindMap), needed(resync)],
}

const storeOutage: Story = {
  name: "store-outage",
  tells: "A node is cut off and the store goes away while writes are on their way; both return.",
  plan: (seed) =>
    scenePlan(seed, ({ writes, reads }) => [
      ...reads({ fromMs: 1_000, untilMs: 10_000, everyMs: 120 }),
      { fault: "partition", node: "n2", atMs: 2_950, untilMs: 6_000 },
      ...writes({ fromMs: 3_000, untilMs: 3_060, everyMs: 4 }),
      { fault: "store-down", atMs: 3_100, untilMs: 7_000 },
      ...writes({ fromMs: 4_000, untilMs: 6_500, everyMs: 250 }),
    ]),
  protections: [needed(settleRetries), needed(behindMap), needed(inSyncReads), needed(resync)],
}

const twoProxies: Story = {
  name: "two-proxies-one-document",
  tells:
    "Clients of two proxies change the same few documents at the same time; one proxy is stopped for longer than its lease.",
  plan: (seed) =>
    scenePlan(
      seed,
      ({ contended, reads }) => [
        ...contended({ fromMs: 3_000, untilMs: 4_600, everyMs: 10 }),
        { fault: "proxy-pause", proxy: "p1", atMs: 4_000, untilMs: 10_500 },
        ...contended({ fromMs: 11_000, untilMs: 12_600, everyMs: 10 }),
        ...reads({ fromMs: 14_000, untilMs: 16_000, everyMs: 100 }),
      ],
      { proxies: 2, latencyMs: [1, 40] },
    ),
  protections: [needed(oneWriter)],
}

export const proxyStories: ReadonlyArray<Story> = [proxyDies, storeOutage, twoProxies]
