import type { Step } from "./step.ts"

/** Deletes what the session made, and looks at what is left. */
export const farewellSteps: ReadonlyArray<Step> = [
  {
    name: "delete many movies",
    run: ({ client, write }) =>
      write(() => client.index("movies").deleteDocuments(Array.from({ length: 500 }, (_, position) => position * 6))),
  },
  {
    name: "the remaining movies",
    run: ({ client }) => client.index("movies").getDocuments({ offset: 700, limit: 12, fields: ["id"] }),
  },
  {
    name: "search among the remaining movies",
    run: ({ client }) => client.index("movies").search("war", { attributesToRetrieve: ["id", "Title"] }),
  },
  { name: "stats of the remaining movies", run: ({ client }) => client.index("movies").getStats() },
  { name: "delete an index if it exists", run: ({ client }) => client.deleteIndexIfExists("from-settings") },
  { name: "delete movies", run: ({ client, write }) => write(() => client.deleteIndex("movies")) },
  { name: "search a deleted index", run: ({ client }) => client.index("movies").search("war") },
  { name: "documents of a deleted index", run: ({ client }) => client.index("movies").getDocuments() },
  {
    name: "create the index again",
    run: ({ client, write }) => write(() => client.createIndex("movies", { primaryKey: "key" })),
  },
  { name: "the second life of an index is empty", run: ({ client }) => client.index("movies").search("") },
  { name: "the settings of the second life", run: ({ client }) => client.index("movies").getSettings() },
  {
    name: "the first document of the second life",
    run: ({ client, write }) => write(() => client.index("movies").addDocuments([{ key: 1, Title: "Again" }])),
  },
  {
    name: "search the second life",
    run: ({ client }) => client.index("movies").search("again", { showRankingScore: true }),
  },
  { name: "indexes at the end", run: ({ client }) => client.getRawIndexes() },
  { name: "stats at the end", run: ({ client }) => client.getStats() },
]
