import { defineConfig } from "vitest/config"

const isBun = process.versions["bun"] !== undefined

/** What cannot run twice at a reasonable price runs on Node: it starts processes or looks at files, and is the same on both. */
const onlyOnNode = [
  ".ci/**",
  "chaos/**",
  "adapters/meilisearch/real-node.test.ts",
  "adapters/meilisearch/filter-agreement.test.ts",
  "adapters/dumps/read-dump.test.ts",
  "adapters/meilisearch/undici-node-client.test.ts",
  "adapters/node/**",
  "runtime/engine/**",
  "sim/same-everywhere.test.ts",
]

// One configuration for both runtimes. `*.bun.test.ts` needs what only Bun has.
export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["{core,adapters,sim,bench,chaos,runtime,.ci}/**/*.test.ts"],
    setupFiles: [new URL("property-seed.ts", import.meta.url).pathname],
    exclude: ["node_modules/**", ...(isBun ? onlyOnNode : ["**/*.bun.test.ts"])],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
