import { jsonValues, oneOf, someOf, sometimes, times } from "../draw-values.ts"
import type { Family, SequenceMemory, Step, WireRequest } from "../sequence.ts"

const create = (body: unknown): WireRequest => ({ method: "POST", path: "/keys", body: body as object })
const get = (path: string, headers: WireRequest["headers"] = {}): WireRequest => ({ method: "GET", path, headers })

const right = { actions: ["search"], indexes: ["*"], expiresAt: null }

/** A UUID that only this sequence uses. */
const uuid = (number: number, position: number): string =>
  `00000000-0000-4000-8000-${`${number}`.padStart(6, "0")}${`${position}`.padStart(6, "0")}`

const keyOf = (memory: SequenceMemory, position: number): string =>
  String((memory.answer(position) as { readonly key?: unknown } | null)?.key)

const actions = [
  "*",
  "search",
  "documents.*",
  "documents.add",
  "documents.get",
  "indexes.*",
  "indexes.get",
  "indexes.create",
  "tasks.get",
  "settings.*",
  "settings.get",
  "stats.get",
  "version",
  "keys.get",
  "dumps.create",
  "*.get",
  "unknown",
  "",
]
const patterns = ["*", "products", "prod*", "library-shelf", "library-*", "a b", "*x", ""]
const dates = [
  null,
  "2100-01-01",
  "2100-01-01T00:00:00Z",
  "2100-01-01 00:00:00",
  "2100-01-01T00:00:00",
  "2100-01-01T00:00:00.123+02:00",
  "2020-01-01",
  "2100-13-01",
  "tomorrow",
  "",
]

/** The request with the key that an earlier step made. */
const using =
  (position: number, request: WireRequest): Step =>
  (memory) => ({
    ...request,
    headers: { ...request.headers, Authorization: `Bearer ${keyOf(memory, position)}` },
  })

/** API keys: made, listed, changed, removed, and used. */
export const keysFamily: Family = {
  name: "keys",
  company: "alone",
  written: [
    () => [
      get("/keys"),
      create({ ...right, uid: uuid(0, 1), name: "one", description: "first" }),
      create({ ...right, uid: uuid(0, 2), indexes: ["products", "prod*"], actions: ["documents.*", "indexes.get"] }),
      get("/keys"),
      get("/keys?limit=2"),
      get("/keys?offset=1&limit=1"),
      get("/keys?limit=0"),
      get("/keys?limit=x"),
      get("/keys?x=1"),
      get(`/keys/${uuid(0, 1)}`),
      (memory) => get(`/keys/${keyOf(memory, 1)}`),
      (memory) => get(`/keys/${keyOf(memory, 1).toUpperCase()}`),
      get(`/keys/${uuid(0, 9)}`),
      get("/keys/none"),
      create({ ...right, uid: uuid(0, 1) }),
      { method: "PATCH", path: `/keys/${uuid(0, 1)}`, body: { name: "two" } },
      { method: "PATCH", path: `/keys/${uuid(0, 1)}`, body: { description: null } },
      { method: "PATCH", path: `/keys/${uuid(0, 1)}`, body: {} },
      { method: "PATCH", path: `/keys/${uuid(0, 9)}`, body: { name: "x" } },
      ...["uid", "key", "actions", "indexes", "expiresAt", "createdAt", "updatedAt", "x"].map((name): Step => ({
        method: "PATCH",
        path: `/keys/${uuid(0, 1)}`,
        body: { [name]: "x" },
      })),
      ...jsonValues.map((name): Step => ({ method: "PATCH", path: `/keys/${uuid(0, 1)}`, body: { name } })),
      ...jsonValues.map((body): Step => ({ method: "PATCH", path: `/keys/${uuid(0, 1)}`, body: JSON.stringify(body) })),
      { method: "DELETE", path: `/keys/${uuid(0, 1)}` },
      { method: "DELETE", path: `/keys/${uuid(0, 1)}` },
      (memory) => ({ method: "DELETE", path: `/keys/${keyOf(memory, 2)}` }),
      get("/keys"),
    ],
    () => [
      ...["uid", "name", "description", "actions", "indexes", "expiresAt"].flatMap((name) =>
        jsonValues.map((value) => create({ ...right, uid: "x", [name]: value })),
      ),
      ...jsonValues.map((body) => create(JSON.stringify(body))),
      create("{"),
      create(""),
      create({ ...right, x: 1 }),
      create({ actions: ["search"], indexes: ["*"] }),
      create({ actions: ["search"], expiresAt: null }),
      create({ indexes: ["*"], expiresAt: null }),
      { ...create(right), headers: { "content-type": "text/plain" } },
      { ...create(right), headers: { "content-type": null } },
    ],
    () => dates.map((expiresAt, position) => create({ ...right, uid: uuid(2, position), expiresAt })),
    () =>
      actions.map((action, position) =>
        create({ ...right, uid: uuid(3, position), actions: [action], indexes: ["products"] }),
      ),
    () => patterns.map((pattern, position) => create({ ...right, uid: uuid(4, position), indexes: [pattern] })),
    // What a key opens.
    (uid) => {
      const requests: ReadonlyArray<WireRequest> = [
        get("/version"),
        get("/stats"),
        get("/indexes"),
        get("/keys"),
        get(`/tasks?indexUids=${uid("one")},${uid("two")}`),
        get(`/indexes/${uid("one")}`),
        get(`/indexes/${uid("two")}`),
        get(`/indexes/${uid("one")}/documents`),
        get(`/indexes/${uid("one")}/settings`),
        get(`/indexes/${uid("one")}/stats`),
        { method: "POST", path: `/indexes/${uid("one")}/search`, body: {} },
        { method: "POST", path: `/indexes/${uid("two")}/search`, body: {} },
        {
          method: "POST",
          path: "/multi-search",
          body: { queries: [{ indexUid: uid("one") }, { indexUid: uid("two") }] },
        },
        { method: "POST", path: `/indexes/${uid("new")}/documents`, body: [{ id: 1 }] },
        { method: "POST", path: "/indexes", body: { uid: uid("other") } },
        { method: "POST", path: "/swap-indexes", body: [{ indexes: [uid("one"), uid("two")] }] },
        { method: "POST", path: "/dumps", headers: { Authorization: "" } },
        get("/experimental-features"),
      ]
      const kinds = [
        { actions: ["search"], indexes: [uid("one")] },
        { actions: ["search"], indexes: [`${uid()}*`] },
        { actions: ["documents.*"], indexes: [uid("one")] },
        { actions: ["indexes.*"], indexes: [uid("one"), uid("other")] },
        { actions: ["*.get"], indexes: ["*"] },
        { actions: ["tasks.get", "stats.get", "settings.get"], indexes: [uid("two")] },
      ]
      return [
        ...kinds.map((kind, position) => create({ ...right, ...kind, uid: uuid(5, position) })),
        { method: "POST", path: `/indexes/${uid("one")}/documents`, body: [{ id: 1 }] },
        { method: "POST", path: `/indexes/${uid("two")}/documents`, body: [{ id: 2 }] },
        ...kinds.flatMap((_, position) => requests.map((request) => using(position, request))),
        { method: "DELETE", path: `/keys/${uuid(5, 0)}` },
        using(0, { method: "POST", path: `/indexes/${uid("one")}/search`, body: {} }),
      ]
    },
  ],
  drawnCount: 8,
  draw: (draws, uid) => {
    const number = Number(uid().split("-").at(-1))
    return times(6, (position) =>
      create({
        uid: sometimes(draws, 90) ? uuid(number, position) : oneOf(draws, jsonValues),
        actions: sometimes(draws, 90) ? someOf(draws, actions, 0, 3) : oneOf(draws, jsonValues),
        indexes: sometimes(draws, 90) ? someOf(draws, patterns, 0, 2) : oneOf(draws, jsonValues),
        expiresAt: oneOf(draws, dates),
        ...(sometimes(draws, 30) ? { name: oneOf(draws, jsonValues) } : {}),
      }),
    )
  },
}
