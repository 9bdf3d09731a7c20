import type { Step } from "./step.ts"

/** Everything but the health check asks for the master key. */
export const accessSteps: ReadonlyArray<Step> = [
  { name: "health without a key", run: ({ clientWithKey }) => clientWithKey(null).health() },
  { name: "version without a key", run: ({ clientWithKey }) => clientWithKey(null).getVersion() },
  { name: "version with a wrong key", run: ({ clientWithKey }) => clientWithKey("wrong").getVersion() },
  { name: "search without a key", run: ({ clientWithKey }) => clientWithKey(null).index("movies").search("war") },
  { name: "search with a wrong key", run: ({ clientWithKey }) => clientWithKey("wrong").index("movies").search("war") },
  {
    name: "documents are not added with a wrong key",
    run: ({ clientWithKey }) =>
      clientWithKey("wrong")
        .index("movies")
        .addDocuments([{ id: 1 }]),
  },
  { name: "settings without a key", run: ({ clientWithKey }) => clientWithKey(null).index("movies").getSettings() },
  { name: "an index is not created without a key", run: ({ clientWithKey }) => clientWithKey(null).createIndex("x") },
  { name: "tasks with a wrong key", run: ({ clientWithKey }) => clientWithKey("wrong").tasks.getTasks() },
  {
    name: "another authorization scheme",
    run: ({ raw }) => raw({ method: "GET", path: "/version", headers: { authorization: "Basic bWFzdGVyOmtleQ==" } }),
  },
  {
    name: "a bearer without a token",
    run: ({ raw }) => raw({ method: "GET", path: "/version", headers: { authorization: "Bearer" } }),
  },
  {
    name: "the key is checked before the body",
    run: ({ raw }) => raw({ method: "POST", path: "/indexes", body: "{", headers: { authorization: "Bearer wrong" } }),
  },
]
