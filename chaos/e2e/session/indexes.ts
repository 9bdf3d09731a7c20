import type { Step } from "./step.ts"

/** Creates `movies` (primary key given) and `library` (primary key found in the documents) for the parts that follow. */
export const indexSteps: ReadonlyArray<Step> = [
  {
    name: "create an index with a primary key",
    run: ({ client, write }) => write(() => client.createIndex("movies", { primaryKey: "id" })),
  },
  {
    name: "create an index without a primary key",
    run: ({ client, write }) => write(() => client.createIndex("library")),
  },
  { name: "create a third index", run: ({ client, write }) => write(() => client.createIndex("a-shelf_2")) },
  { name: "get an index", run: ({ client }) => client.getRawIndex("movies") },
  { name: "get an index without a primary key", run: ({ client }) => client.getRawIndex("library") },
  { name: "fetch a primary key", run: ({ client }) => client.index("movies").fetchPrimaryKey() },
  { name: "list indexes", run: ({ client }) => client.getRawIndexes() },
  { name: "list indexes with paging", run: ({ client }) => client.getRawIndexes({ offset: 1, limit: 1 }) },
  { name: "list indexes beyond the end", run: ({ client }) => client.getRawIndexes({ offset: 10 }) },
  { name: "list no indexes", run: ({ client }) => client.getRawIndexes({ limit: 0 }) },
  {
    name: "change the primary key of an empty index",
    run: ({ client, write }) => write(() => client.updateIndex("a-shelf_2", { primaryKey: "isbn" })),
  },
  { name: "get the changed index", run: ({ client }) => client.getRawIndex("a-shelf_2") },
  {
    name: "create an index that exists",
    run: ({ client, write }) => write(() => client.createIndex("movies", { primaryKey: "id" })),
  },
  {
    name: "update an index that is missing",
    run: ({ client, write }) => write(() => client.updateIndex("missing", {})),
  },
  { name: "delete an index that is missing", run: ({ client, write }) => write(() => client.deleteIndex("missing")) },
  { name: "delete an index", run: ({ client, write }) => write(() => client.deleteIndex("a-shelf_2")) },
  { name: "get a deleted index", run: ({ client }) => client.getRawIndex("a-shelf_2") },
  { name: "stats of a missing index", run: ({ client }) => client.index("missing").getStats() },
  { name: "stats of an empty index", run: ({ client }) => client.index("movies").getStats() },
  { name: "create an index with a bad uid", run: ({ client }) => client.createIndex("not a uid!") },
  { name: "get an index with a bad uid", run: ({ client }) => client.getRawIndex("not a uid!") },
  {
    name: "create an index without a uid",
    run: ({ raw }) => raw({ method: "POST", path: "/indexes", body: { primaryKey: "id" } }),
  },
  {
    name: "create an index with an unknown field",
    run: ({ raw }) => raw({ method: "POST", path: "/indexes", body: { uid: "x", primarykey: "id" } }),
  },
  {
    name: "create an index with a uid of the wrong type",
    run: ({ raw }) => raw({ method: "POST", path: "/indexes", body: { uid: 12 } }),
  },
  {
    name: "update an index with an immutable field",
    run: ({ raw }) => raw({ method: "PATCH", path: "/indexes/movies", body: { createdAt: "2024-01-01" } }),
  },
  {
    name: "list indexes with a bad limit",
    run: ({ raw }) => raw({ method: "GET", path: "/indexes?limit=many" }),
  },
]
