import type { Step } from "./step.ts"

/** A server that nobody has used yet. */
export const systemSteps: ReadonlyArray<Step> = [
  { name: "health", run: ({ client }) => client.health() },
  { name: "is healthy", run: ({ client }) => client.isHealthy() },
  { name: "version", run: ({ client }) => client.getVersion() },
  { name: "stats of an empty server", run: ({ client }) => client.getStats() },
  { name: "indexes of an empty server", run: ({ client }) => client.getRawIndexes() },
  { name: "tasks of an empty server", run: ({ client }) => client.tasks.getTasks() },
]
