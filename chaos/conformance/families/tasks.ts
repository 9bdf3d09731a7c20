import { oneOf, textValues, times } from "../draw-values.ts"
import type { Family, Step, WireRequest } from "../sequence.ts"

const get = (path: string): WireRequest => ({ method: "GET", path })

const kinds = [
  "documentAdditionOrUpdate",
  "indexCreation",
  "settingsUpdate",
  "documentDeletion",
  "indexDeletion",
  "x",
  "*",
  "",
]
const states = ["succeeded", "failed", "enqueued,processing", "canceled", "done", "SUCCEEDED", "*", ""]
const dates = [
  "2020-01-01",
  "2020-01-01T00:00:00Z",
  "2100-01-01T00:00:00.123456789+02:00",
  "2020-13-01",
  "yesterday",
  "2020-01-01T00:00:00",
  "*",
  "",
]
const dateNames = ["Enqueued", "Started", "Finished"].flatMap((what) => [`before${what}At`, `after${what}At`])

const makeTasks = (uid: string): ReadonlyArray<Step> => [
  { method: "POST", path: "/indexes", body: { uid, primaryKey: "id" } },
  { method: "POST", path: "/indexes", body: { uid } },
  { method: "POST", path: `/indexes/${uid}/documents`, body: [{ id: 1 }, { id: 2 }] },
  { method: "PUT", path: `/indexes/${uid}/documents`, body: [{ id: "a b" }] },
  { method: "PATCH", path: `/indexes/${uid}/settings`, body: { stopWords: ["a"] } },
  { method: "DELETE", path: `/indexes/${uid}/documents/1` },
]

/** Tasks and batches of the sequence's own index. */
export const tasksFamily: Family = {
  name: "tasks",
  company: "together",
  written: [
    (uid) => [
      ...makeTasks(uid()),
      get(`/tasks?indexUids=${uid()}`),
      get(`/tasks?indexUids=${uid()}&limit=2`),
      get(`/tasks?indexUids=${uid()}&limit=2&reverse=true`),
      get(`/tasks?indexUids=${uid()}&statuses=failed`),
      get(`/tasks?indexUids=${uid()}&types=documentDeletion,settingsUpdate`),
      get(`/tasks?indexUids=${uid()},${uid("none")}&limit=1`),
      ({ task }) => get(`/tasks?indexUids=${uid()}&from=${task(2)}`),
      ({ task }) => get(`/tasks?uids=${task(0)},${task(3)}`),
      ({ task }) => get(`/tasks?uids=${task(0)}&indexUids=${uid("none")}`),
      ...[0, 1, 2, 3, 4, 5].map(
        (position): Step =>
          ({ task }) =>
            get(`/tasks/${task(position)}`),
      ),
      ...["4294967295", "4294967296", "-1", "x", "1.5", "%20"].map((text) => get(`/tasks/${text}`)),
      ({ task }) => get(`/tasks/${task(0)}?x=1`),
      ({ task }) => get(`/tasks/${task(0)}/documents`),
    ],
    (uid) => [
      ...makeTasks(uid()),
      ...[0, 1, 2, 3, 4, 5].map(
        (position): Step =>
          ({ batch }) =>
            get(`/batches/${batch(position)}`),
      ),
      ({ batch }) => get(`/tasks?batchUids=${batch(2)}`),
      ({ batch }) => get(`/batches?batchUids=${batch(2)},${batch(4)}`),
      ({ batch }) => get(`/batches?uids=${batch(1)}`),
      get(`/batches?indexUids=${uid()}&limit=3`),
      get(`/batches?indexUids=${uid()}&statuses=failed`),
      get(`/batches?indexUids=${uid()}&types=settingsUpdate`),
      get(`/batches?indexUids=${uid()}&reverse=true&limit=1`),
      ...["4294967295", "4294967296", "-1", "x", "1.5"].map((text) => get(`/batches/${text}`)),
    ],
    (uid) =>
      [
        "limit",
        "from",
        "reverse",
        "uids",
        "batchUids",
        "canceledBy",
        "types",
        "statuses",
        "indexUids",
        "x",
        "type",
        "afterEnqueuedAt",
      ].flatMap((name) => [
        get(`/tasks?indexUids=${uid()}&${name}=`),
        get(`/tasks?${name}=x%20y&indexUids=${uid()}`),
        get(`/batches?indexUids=${uid()}&${name}=-1`),
      ]),
    (uid) =>
      dateNames.flatMap((name) =>
        dates.map((date) => get(`/tasks?indexUids=${uid()}&${name}=${encodeURIComponent(date)}`)),
      ),
    (uid) => [
      ...kinds.map((kind) => get(`/tasks?indexUids=${uid()}&types=${kind}`)),
      ...states.map((state) => get(`/tasks?indexUids=${uid()}&statuses=${state}`)),
    ],
  ],
  drawnCount: 12,
  draw: (draws, uid) => [
    ...makeTasks(uid()).slice(0, 3 + draws.below(4)),
    ...times(6, (): Step => {
      const route = oneOf(draws, ["/tasks", "/tasks", "/batches"])
      const names = ["limit", "from", "reverse", "types", "statuses", "canceledBy", ...dateNames]
      const name = oneOf(draws, names)
      const value = name.endsWith("At")
        ? oneOf(draws, dates)
        : name === "types"
          ? oneOf(draws, kinds)
          : name === "statuses"
            ? oneOf(draws, states)
            : name === "from"
              ? oneOf(draws, ["x", "", "4000000000"])
              : oneOf(draws, [...textValues, "2", "3", "false"])
      return get(`${route}?indexUids=${uid()}&${name}=${encodeURIComponent(value)}`)
    }),
  ],
}
