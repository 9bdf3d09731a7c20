import { jsonValues, oneOf, sometimes, textValues, times } from "../draw-values.ts"
import type { Family, WireRequest } from "../sequence.ts"

const create = (body: unknown): WireRequest => ({ method: "POST", path: "/indexes", body: body as object })
const patch = (uid: string, body: unknown): WireRequest => ({
  method: "PATCH",
  path: `/indexes/${uid}`,
  body: body as object,
})
const get = (uid: string): WireRequest => ({ method: "GET", path: `/indexes/${uid}` })
const remove = (uid: string): WireRequest => ({ method: "DELETE", path: `/indexes/${uid}` })
const add = (uid: string, documents: unknown, query = ""): WireRequest => ({
  method: "POST",
  path: `/indexes/${uid}/documents${query}`,
  body: documents as object,
})
const list = (uid: string): WireRequest => ({ method: "GET", path: `/indexes/${uid}/documents` })

const swap = (body: unknown): WireRequest => ({ method: "POST", path: "/swap-indexes", body: body as object })

const badUids = ["no uid", "é", "a/b", "x".repeat(401), "x".repeat(513), ".meili", "a.b", "*", "a*", ""]

/** The life of an index. */
export const indexesFamily: Family = {
  name: "indexes",
  company: "together",
  written: [
    (uid) => [
      get(uid()),
      create({ uid: uid() }),
      get(uid()),
      create({ uid: uid() }),
      patch(uid(), { primaryKey: "key" }),
      get(uid()),
      patch(uid(), { primaryKey: null }),
      patch(uid(), {}),
      add(uid(), [{ key: 1, id: 2 }]),
      patch(uid(), { primaryKey: "id" }),
      patch(uid(), { primaryKey: "key" }),
      get(uid()),
      { method: "DELETE", path: `/indexes/${uid()}/documents` },
      patch(uid(), { primaryKey: "id" }),
      get(uid()),
      remove(uid()),
      get(uid()),
      remove(uid()),
      create({ uid: uid(), primaryKey: "other" }),
      add(uid(), [{ other: 1 }]),
      list(uid()),
    ],
    // Renaming.
    (uid) => [
      create({ uid: uid("a"), primaryKey: "id" }),
      add(uid("a"), [{ id: 1 }, { id: 2 }]),
      patch(uid("a"), { uid: uid("b") }),
      get(uid("a")),
      get(uid("b")),
      list(uid("b")),
      add(uid("b"), [{ id: 3 }]),
      add(uid("a"), [{ id: 4 }]),
      list(uid("a")),
      patch(uid("a"), { uid: uid("b") }),
      patch(uid("none"), { uid: uid("c") }),
      patch(uid("a"), { uid: uid("a") }),
      patch(uid("a"), { uid: "no uid" }),
      patch(uid("a"), { uid: null }),
      patch(uid("a"), { uid: uid("c"), primaryKey: "x" }),
      get(uid("c")),
      get(uid("a")),
      { method: "GET", path: `/tasks?indexUids=${uid("a")},${uid("b")},${uid("c")}` },
    ],
    // Swapping.
    (uid) => {
      return [
        add(uid("a"), [{ id: 1, from: "a" }]),
        add(uid("b"), [{ id: 2, from: "b" }]),
        add(uid("c"), [{ id: 3, from: "c" }]),
        swap([{ indexes: [uid("a"), uid("b")] }]),
        list(uid("a")),
        list(uid("b")),
        swap([{ indexes: [uid("a"), uid("b")] }, { indexes: [uid("c"), uid("none")] }]),
        swap([{ indexes: [uid("none"), uid("other")] }]),
        swap([{ indexes: [uid("a"), uid("b")] }, { indexes: [uid("b"), uid("c")] }]),
        swap([{ indexes: [uid("a"), uid("a")] }]),
        swap([{ indexes: [uid("a")] }]),
        swap([{ indexes: [uid("a"), uid("b"), uid("c")] }]),
        swap([{ indexes: [] }]),
        swap([{ indexes: ["no uid", uid("b")] }]),
        swap([{ indexes: "x" }]),
        swap([{}]),
        swap([]),
        swap({}),
        swap("["),
        swap([{ indexes: [uid("a"), uid("b")], unknown: 1 }]),
        swap([{ indexes: [uid("a"), uid("new")], rename: true }]),
        list(uid("new")),
        list(uid("a")),
        swap([{ indexes: [uid("b"), uid("c")], rename: true }]),
        add(uid("b"), [{ id: 9 }]),
        list(uid("b")),
        list(uid("c")),
        { method: "GET", path: `/tasks?indexUids=${uid("b")}&types=indexSwap` },
      ]
    },
    (uid) => [
      ...badUids.map((bad) => create({ uid: bad })),
      ...badUids.filter((bad) => bad !== "").map((bad) => get(encodeURIComponent(bad))),
      ...badUids.filter((bad) => bad !== "").map((bad) => patch(encodeURIComponent(bad), { primaryKey: "x" })),
      ...badUids.filter((bad) => bad !== "").map((bad) => remove(encodeURIComponent(bad))),
      ...jsonValues.map((value) => create({ uid: value })),
      ...jsonValues.map((value) => patch(uid(), value)),
      create({ uid: uid(), primaryKey: 3 }),
      create({ uid: uid(), primarykey: "x" }),
      create({ primaryKey: "x" }),
      create([]),
      create("{"),
      create(""),
      patch(uid(), { createdAt: "x" }),
      patch(uid(), { updatedAt: 3 }),
      patch(uid(), { unknown: 3 }),
      patch(uid(), { primaryKey: "" }),
      get(uid()),
    ],
    (uid) => [
      create({ uid: `${uid()}_A-9` }),
      get(`${uid()}_A-9`),
      get(`${uid()}_a-9`),
      create({ uid: uid("null"), primaryKey: null }),
      get(uid("null")),
      create({ uid: uid("empty"), primaryKey: "" }),
      get(uid("empty")),
      add(uid("empty"), [{ id: 1 }]),
      create({ uid: uid("nested"), primaryKey: "a.b" }),
      add(uid("nested"), [{ a: { b: 1 } }, { "a.b": 2 }]),
      list(uid("nested")),
      add(uid("nested"), [{ a: [{ b: 3 }, { b: 4 }] }]),
      add(uid("nested"), [{ a: { c: 1 } }]),
      { method: "GET", path: `/indexes/${uid("nested")}/documents/1` },
      { method: "POST", path: "/indexes", body: '{"uid":"x' },
      { method: "POST", path: "/indexes", body: { uid: uid("plain") }, headers: { "content-type": "text/plain" } },
      { method: "POST", path: "/indexes", body: { uid: uid("typeless") }, headers: { "content-type": null } },
      { method: "POST", path: "/indexes" },
    ],
  ],
  drawnCount: 14,
  draw: (draws, uid) =>
    times(10, (position) => {
      const chosen = sometimes(draws, 80) ? uid(oneOf(draws, ["a", "b"])) : encodeURIComponent(oneOf(draws, badUids))
      switch (draws.below(position < 3 ? 3 : 10)) {
        case 0:
        case 1:
          return create(
            sometimes(draws, 70) ? { uid: chosen, primaryKey: oneOf(draws, ["id", "key", null]) } : { uid: chosen },
          )
        case 2:
          return add(
            chosen,
            [{ id: draws.below(9), key: draws.below(9) }],
            oneOf(draws, ["", "?primaryKey=id", "?primaryKey=key"]),
          )
        case 3:
          return patch(chosen, { primaryKey: oneOf(draws, ["id", "key", null]) })
        case 4:
          return remove(chosen)
        case 5:
          return {
            method: "GET",
            path: `/indexes?limit=0&offset=${encodeURIComponent(oneOf(draws, ["x", "-1", "1.5", ""]))}`,
          }
        case 6:
          return {
            method: "GET",
            path: `/indexes?${oneOf(draws, ["limit", "offset", "x", "uid"])}=${encodeURIComponent(oneOf(draws, textValues.slice(1, 4)))}`,
          }
        case 7:
          return list(chosen)
        case 8:
          return patch(chosen, {
            [oneOf(draws, ["primaryKey", "uid", "x"])]: oneOf(
              draws,
              jsonValues.filter((value) => typeof value !== "string"),
            ),
          })
        default:
          return get(chosen)
      }
    }),
}
