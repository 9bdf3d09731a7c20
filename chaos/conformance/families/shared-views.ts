import type { Family, SequenceMemory, WireRequest } from "../sequence.ts"

const get = (path: string): WireRequest => ({ method: "GET", path })
const create = (uid: string): WireRequest => ({ method: "POST", path: "/indexes", body: { uid } })
const add = (uid: string, documents: ReadonlyArray<object>): WireRequest => ({
  method: "POST",
  path: `/indexes/${uid}/documents`,
  body: documents,
})

const setFeatures = (body: unknown): WireRequest => ({
  method: "PATCH",
  path: "/experimental-features",
  body: body as object,
})

/** Of the webhook that the second step made. */
const webhookUuid = ({ answer }: SequenceMemory): string =>
  String((answer(1) as { readonly uuid?: unknown } | null)?.uuid)

/** Lists and figures over the whole server. The first sequence sees an empty one. */
export const sharedViewsFamily: Family = {
  name: "shared-views",
  company: "alone",
  written: [
    (uid) => [
      get("/indexes"),
      get("/stats"),
      get("/tasks"),
      get("/batches"),
      create(uid("b")),
      create(uid("a")),
      create(uid("C")),
      add(uid("a"), [
        { id: 1, title: "x" },
        { id: 2, Title: "y", nested: { a: 1, b: [{ c: 2 }] } },
      ]),
      get("/indexes"),
      get("/indexes?limit=1"),
      get("/indexes?limit=1&offset=1"),
      get("/indexes?offset=9"),
      get("/indexes?limit=0"),
      get("/stats"),
      get("/stats?x=1"),
      get(`/indexes/${uid("a")}/stats`),
      get(`/indexes/${uid("b")}/stats`),
      get(`/indexes/${uid("none")}/stats`),
      get("/indexes/no%20uid/stats"),
      get(`/indexes/${uid("a")}/stats?showInternalDatabaseSizes=true`),
      get("/stats?sizeFormat=human"),
      { method: "DELETE", path: `/indexes/${uid("a")}/documents/2` },
      get(`/indexes/${uid("a")}/stats`),
      get("/stats"),
      { method: "DELETE", path: `/indexes/${uid("a")}` },
      get("/stats"),
      get("/indexes"),
    ],
    // All tasks so far, in pages.
    (uid) => [
      create(uid()),
      add(uid(), [{ id: 1 }]),
      add(uid(), [{ id: "bad id" }]),
      create(uid()),
      get("/tasks"),
      get("/tasks?limit=2"),
      get("/tasks?limit=0"),
      get("/tasks?reverse=true&limit=3"),
      ({ task }) => get(`/tasks?from=${task(2)}&limit=2`),
      ({ task }) => get(`/tasks?from=${task(1)}&reverse=true`),
      get("/tasks?statuses=failed"),
      get("/tasks?types=indexCreation,documentAdditionOrUpdate&statuses=succeeded"),
      get("/tasks?types=INDEXCREATION"),
      get("/tasks?indexUids=*"),
      get("/tasks?canceledBy=*"),
      get("/tasks?uids=*"),
      get("/tasks?statuses=*&types=*"),
      get("/tasks?afterEnqueuedAt=2100-01-01"),
      get("/tasks?beforeEnqueuedAt=2100-01-01T00:00:00Z&limit=1"),
      get("/batches"),
      get("/batches?limit=2"),
      get("/batches?reverse=true&limit=2"),
      get("/batches?statuses=failed"),
      get("/batches?types=indexCreation&limit=1"),
    ],
    // Tasks that end other tasks, and tasks that make them disappear.
    (uid) => [
      create(uid()),
      add(uid(), [{ id: 1 }]),
      ({ task }) => ({ method: "POST", path: `/tasks/cancel?uids=${task(0)},${task(1)}` }),
      { method: "POST", path: "/tasks/cancel?statuses=canceled" },
      { method: "POST", path: `/tasks/cancel?indexUids=${uid()}&types=indexDeletion` },
      ({ task }) => ({ method: "DELETE", path: `/tasks?uids=${task(0)}` }),
      ({ task }) => get(`/tasks/${task(0)}`),
      ({ task }) => get(`/tasks/${task(5)}`),
      { method: "DELETE", path: `/tasks?indexUids=${uid()}&statuses=succeeded` },
      get(`/tasks?indexUids=${uid()}`),
      get("/tasks?types=taskDeletion,taskCancelation"),
      get("/batches?types=taskDeletion&limit=1"),
      { method: "POST", path: "/tasks/cancel" },
      { method: "DELETE", path: "/tasks" },
      { method: "DELETE", path: "/tasks?uids=x" },
      { method: "POST", path: "/tasks/cancel?limit=3" },
      { method: "POST", path: "/tasks/cancel?statuses=done" },
      { method: "DELETE", path: "/tasks?types=x,indexCreation" },
      { method: "DELETE", path: "/tasks?beforeEnqueuedAt=yesterday" },
      { method: "DELETE", path: "/tasks?uids=" },
      { method: "POST", path: "/tasks/cancel?uids=*" },
      { method: "POST", path: "/tasks/cancel?uids=1,,2" },
    ],
    () => [
      { method: "POST", path: "/dumps" },
      { method: "POST", path: "/dumps", body: "{" },
      { method: "POST", path: "/snapshots" },
      get("/tasks?types=dumpCreation,snapshotCreation"),
    ],
    // Switches for experiments, and back.
    (uid) => {
      const search = (filter: string): WireRequest => ({
        method: "POST",
        path: `/indexes/${uid()}/search`,
        body: { filter },
      })
      const edit = (body: object): WireRequest => ({ method: "POST", path: `/indexes/${uid()}/documents/edit`, body })
      return [
        get("/experimental-features"),
        setFeatures({}),
        setFeatures({ nothing: true }),
        setFeatures({ containsFilter: 1 }),
        setFeatures([]),
        setFeatures("{"),
        { method: "PATCH", path: `/indexes/${uid()}/settings`, body: { filterableAttributes: ["title"] } },
        add(uid(), [
          { id: 1, title: "castle" },
          { id: 2, title: "tower" },
        ]),
        search("title CONTAINS ast"),
        setFeatures({ containsFilter: true }),
        get("/experimental-features"),
        search("title CONTAINS ast"),
        search("title NOT CONTAINS ast"),
        setFeatures({ editDocumentsByFunction: true }),
        edit({ function: "doc.title = doc.title.to_upper()" }),
        get(`/indexes/${uid()}/documents`),
        edit({ function: "doc.n = context.n", context: { n: 3 }, filter: "title = castle" }),
        get(`/indexes/${uid()}/documents`),
        edit({ function: "doc.id = 7" }),
        edit({ function: "doc = ()", filter: "title = tower" }),
        get(`/indexes/${uid()}/documents`),
        edit({ function: "doc.(" }),
        edit({ function: "doc.x = 1", filter: "nothing = 1" }),
        edit({ function: "doc.x = 1", filter: "title =" }),
        edit({ filter: "title = x" }),
        edit({ function: 3 }),
        edit({ function: "x", context: 3 }),
        setFeatures({ containsFilter: false, editDocumentsByFunction: false }),
        search("title CONTAINS ast"),
        edit({ function: "doc.x = 1" }),
        get("/experimental-features"),
      ]
    },
    () => {
      return [
        get("/webhooks"),
        {
          method: "POST",
          path: "/webhooks",
          body: { url: "http://127.0.0.1:9/hook", headers: { "X-One": "1", Authorization: "secret-value" } },
        },
        get("/webhooks"),
        (memory) => get(`/webhooks/${webhookUuid(memory)}`),
        (memory) => ({
          method: "PATCH",
          path: `/webhooks/${webhookUuid(memory)}`,
          body: { headers: { "X-One": null, "X-Two": "2" } },
        }),
        (memory) => ({ method: "PATCH", path: `/webhooks/${webhookUuid(memory)}`, body: { url: null } }),
        (memory) => ({ method: "PATCH", path: `/webhooks/${webhookUuid(memory)}`, body: { uuid: "x" } }),
        (memory) => ({ method: "PATCH", path: `/webhooks/${webhookUuid(memory)}`, body: { isEditable: false } }),
        (memory) => ({ method: "DELETE", path: `/webhooks/${webhookUuid(memory)}` }),
        (memory) => get(`/webhooks/${webhookUuid(memory)}`),
        get("/webhooks"),
      ]
    },
  ],
  drawnCount: 0,
  draw: () => [],
}
