import type { RawRequest, Step } from "./step.ts"

/** Before the list, because the list is made with it. */
const counts = new Map<string, number>()
const hidden = new Set([
  "progressTrace",
  "writeChannelCongestion",
  "internalDatabaseSizes",
  "indexUids",
  "from",
  "next",
  "total",
])

/** Renames, swaps, primary keys of emptied indexes, cancelations and deletions of tasks, batches. Leaves no index of its own behind. */
export const nameSteps: ReadonlyArray<Step> = [
  ...written([
    ["POST", "/indexes", { uid: "n-one", primaryKey: "id" }],
    ["POST", "/indexes", { uid: "n-two" }],
    [
      "POST",
      "/indexes/n-one/documents",
      [
        { id: 1, t: "first" },
        { id: 2, t: "second" },
      ],
    ],
    ["POST", "/indexes/n-two/documents", [{ key_id: "a", t: "third" }]],
    ["PATCH", "/indexes/n-two/settings", { filterableAttributes: ["t"], rankingRules: ["words"] }],
    ["POST", "/swap-indexes", [{ indexes: ["n-one", "n-two"] }]],
  ]),
  ...seen(["n-one", "n-two"]),
  ...written([
    ["POST", "/indexes/n-one/documents", [{ key_id: "b", t: "fourth" }]],
    ["PATCH", "/indexes/n-one", { uid: "n-three" }],
    ["POST", "/indexes/n-three/documents", [{ key_id: "c" }]],
    ["POST", "/indexes/n-one/documents", [{ id: 9 }]],
  ]),
  ...seen(["n-one", "n-two", "n-three"]),
  ...written([
    ["POST", "/swap-indexes", [{ indexes: ["n-one", "n-two"] }, { indexes: ["n-three", "n-four"], rename: true }]],
    ["POST", "/swap-indexes", []],
    ["POST", "/swap-indexes", [{ indexes: ["n-zero", "n-two"] }]],
    ["POST", "/swap-indexes", [{ indexes: ["n-zero", "n-two"] }, { indexes: ["n-b", "n-a"] }]],
    ["POST", "/swap-indexes", [{ indexes: ["n-one", "n-two"], rename: true }]],
    [
      "POST",
      "/swap-indexes",
      [
        { indexes: ["n-one", "n-two"], rename: true },
        { indexes: ["n-zero", "n-x"], rename: true },
      ],
    ],
    ["POST", "/swap-indexes", [{ indexes: ["n-one", "n-two"] }, { indexes: ["n-four", "n-four"] }]],
    ["POST", "/swap-indexes", [{ indexes: ["b", "b"] }, { indexes: ["a", "a"] }]],
    ["POST", "/swap-indexes", [{ indexes: ["n-one"] }, { indexes: ["a", "a"] }]],
    ["POST", "/swap-indexes", [{ indexes: [] }]],
    ["POST", "/swap-indexes", [{ indexes: ["n-one", "not a uid"] }]],
    ["POST", "/swap-indexes", [{ indexes: "n-one" }]],
    ["POST", "/swap-indexes", [{ indexes: ["n-one", "n-two"], rename: null }]],
    ["POST", "/swap-indexes", [{ indexes: ["n-one", "n-two"], renamed: true }]],
    ["POST", "/swap-indexes", [{ rename: true }]],
    ["POST", "/swap-indexes", {}],
    ["POST", "/swap-indexes", [7]],
    ["POST", "/swap-indexes", "[{"],
    ["PATCH", "/indexes/n-four", { uid: "n-four" }],
    ["PATCH", "/indexes/n-four", { uid: null }],
    ["PATCH", "/indexes/n-four", { uid: "" }],
    ["PATCH", "/indexes/n-four", { uid: "not a uid" }],
    ["PATCH", "/indexes/n-four", { uid: 7 }],
    ["PATCH", "/indexes/n-four", { uid: "n-one" }],
    ["PATCH", "/indexes/n-zero", { uid: "n-one" }],
    ["PATCH", "/indexes/n-zero", { uid: "n-free" }],
    ["PATCH", "/indexes/n-four", { uid: "n-five", primaryKey: "key_id" }],
    ["PATCH", "/indexes/n-five", { uid: "n-six", primaryKey: "other" }],
    ["PATCH", "/indexes/n-six", { primaryKey: "other" }],
  ]),
  ...seen(["n-one", "n-two", "n-five", "n-six"]),
  ...written([
    ["DELETE", "/indexes/n-six/documents", undefined],
    ["PATCH", "/indexes/n-six", { primaryKey: "other" }],
    ["POST", "/indexes/n-six/documents", [{ other: 1, key_id: "c" }]],
    ["PATCH", "/indexes/n-six", { primaryKey: "key_id", uid: "n-seven" }],
    ["DELETE", "/indexes/n-seven/documents", undefined],
    ["PATCH", "/indexes/n-seven", { primaryKey: "key_id", uid: "n-eight" }],
    ["POST", "/indexes/n-eight/documents", [{ other: 1, key_id: "c" }]],
    ["POST", "/indexes/n-eight/compact", undefined],
    ["POST", "/indexes/n-eight/fields", {}],
  ]),
  ...seen(["n-six", "n-seven", "n-eight"]),
  ...written([
    ["POST", "/tasks/cancel?uids=1000001", undefined],
    ["POST", "/tasks/cancel?statuses=succeeded&indexUids=n-two,n-eight", undefined],
    ["POST", "/tasks/cancel?types=indexCompaction", undefined],
    ["POST", "/tasks/cancel?limit=3", undefined],
    ["DELETE", "/tasks?uids=1000001,1000002", undefined],
    ["DELETE", "/tasks?indexUids=n-one&types=documentAdditionOrUpdate", undefined],
    ["DELETE", "/tasks?indexUids=n-one&statuses=enqueued", undefined],
    ["DELETE", "/tasks?statuses=failed&indexUids=n-four", undefined],
    ["DELETE", "/tasks?from=3", undefined],
  ]),
  ...read([
    "/tasks?indexUids=n-one",
    "/tasks?indexUids=n-four&limit=50",
    "/tasks?types=indexSwap",
    "/tasks/7000000/documents",
    "/tasks/x/documents",
    "/batches?types=indexUpdate,taskDeletion,taskCancelation,indexCreation&limit=300",
    "/batches?types=documentDeletion&statuses=succeeded",
    "/batches?statuses=enqueued",
    "/batches?limit=x",
    "/batches?since=1",
    "/batches?types=indexSwaps",
    "/batches/8000000",
    "/batches/x",
    "/tasks/compact",
    "/stats?sizeFormat=human",
    "/indexes/n-two/stats?showInternalDatabaseSizes=true",
  ]),
  ...written([
    ["DELETE", "/indexes/n-one", undefined],
    ["DELETE", "/indexes/n-two", undefined],
    ["DELETE", "/indexes/n-eight", undefined],
    ["DELETE", "/indexes/n-three", undefined],
  ]),
]

type Written = readonly [method: RawRequest["method"], path: string, body: string | object | undefined]

/** Requests that may make tasks; the same one may stand in the list twice. */
function written(requests: ReadonlyArray<Written>): ReadonlyArray<Step> {
  return requests.map(([method, path, body]) => ({
    name: newName(`${method} ${path} ${JSON.stringify(body ?? "")}`),
    run: ({ writeRaw }) => writeRaw(body === undefined ? { method, path } : { method, path, body }),
  }))
}

function read(paths: ReadonlyArray<string>): ReadonlyArray<Step> {
  return paths.map((path) => ({
    name: newName(`GET ${path}`),
    run: async ({ raw }) => withoutInternals(await raw({ method: "GET", path })),
  }))
}

function seen(uids: ReadonlyArray<string>): ReadonlyArray<Step> {
  const rest = ["", "/documents", "/stats", "/settings"]
  const paths = uids.flatMap((uid) => [...rest.map((end) => `/indexes/${uid}${end}`), `/tasks?indexUids=${uid}`])
  return read([...paths, "/indexes"])
}

function newName(request: string): string {
  const count = (counts.get(request) ?? 0) + 1
  counts.set(request, count)
  return count === 1 ? request : `${request}, time ${count}`
}

/**
 * Without what an engine tells of its own work (traces, sizes), without its numbers of batches, without the names that batches had when they ran,
 * and without `total` under a filter on names: v1.21.0 counts swaps there that it does not list.
 */
function withoutInternals(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) => {
      if (hidden.has(name)) return undefined
      if (name === "batchStrategy") return String(member).replace(/id \d+/, "id N")
      if (typeof member === "object" && member !== null && "progress" in member) return { ...member, uid: null }
      return member
    }),
  )
}
