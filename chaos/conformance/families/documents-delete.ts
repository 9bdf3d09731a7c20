import { jsonValues, oneOf, sometimes, times } from "../draw-values.ts"
import { genres } from "../library.ts"
import type { Family, Step, WireRequest } from "../sequence.ts"

const path = (uid: string): string => `/indexes/${uid}/documents`
const remove = (uid: string, id: string): WireRequest => ({ method: "DELETE", path: `${path(uid)}/${id}` })
const batch = (uid: string, body: unknown): WireRequest => ({
  method: "POST",
  path: `${path(uid)}/delete-batch`,
  body: body as object,
})
const byFilter = (uid: string, body: unknown): WireRequest => ({
  method: "POST",
  path: `${path(uid)}/delete`,
  body: body as object,
})
const clear = (uid: string): WireRequest => ({ method: "DELETE", path: path(uid) })
const list = (uid: string): WireRequest => ({ method: "GET", path: `${path(uid)}?limit=100` })

const prepare = (uid: string): ReadonlyArray<Step> => [
  { method: "PATCH", path: `/indexes/${uid}/settings`, body: { filterableAttributes: ["genre", "number"] } },
  {
    method: "POST",
    path: `${path(uid)}?primaryKey=id`,
    body: times(24, (position) => ({ id: position, genre: genres[position % 5], number: position % 7 })),
  },
]

/** Removing documents in the four ways. */
export const documentsDeleteFamily: Family = {
  name: "documents-delete",
  company: "together",
  written: [
    (uid) => [
      ...prepare(uid()),
      remove(uid(), "3"),
      remove(uid(), "3"),
      remove(uid(), "a%20b"),
      remove(uid(), "999"),
      batch(uid(), [4, "5", 5, 999, "x y", 1.5, null, true, {}]),
      batch(uid(), []),
      list(uid()),
      byFilter(uid(), { filter: "genre = novel" }),
      byFilter(uid(), { filter: "number > 100" }),
      byFilter(uid(), { filter: ["number = 1", ["genre = poetry", "genre = drama"]] }),
      byFilter(uid(), { filter: "title = x" }),
      byFilter(uid(), { filter: "number EXISTS" }),
      list(uid()),
      clear(uid()),
      clear(uid()),
      list(uid()),
      { method: "GET", path: `/indexes/${uid()}/stats` },
    ],
    (uid) => [
      remove(uid(), "1"),
      batch(uid(), [1]),
      byFilter(uid(), { filter: "x = 1" }),
      clear(uid()),
      ...["a%20b", "é"].flatMap((bad) => [
        remove(encodeURI(decodeURI(bad)), "1"),
        batch(encodeURI(decodeURI(bad)), [1]),
        byFilter(encodeURI(decodeURI(bad)), { filter: "x = 1" }),
        clear(encodeURI(decodeURI(bad))),
      ]),
      { method: "GET", path: `/indexes/${uid()}` },
    ],
    (uid) => [
      ...prepare(uid()),
      ...jsonValues.filter((value) => !Array.isArray(value)).map((value) => batch(uid(), value)),
      ...["[", "", "[1,]", '["a" "b"]', "[1] x", "[9007199254740993, 1e2, -0]"].map((body) => batch(uid(), body)),
      { ...batch(uid(), [1]), headers: { "content-type": "text/plain" } },
      { ...batch(uid(), [1]), headers: { "content-type": null } },
      list(uid()),
    ],
    (uid) => [
      ...prepare(uid()),
      ...jsonValues.filter((value) => typeof value !== "string").map((value) => byFilter(uid(), { filter: value })),
      ...jsonValues.map((value) => byFilter(uid(), value)),
      ...["", " ", "number =", "number = 1 AND", "nothing = 1", "_geoRadius(1,2,3)", "number IN []"].map((filter) =>
        byFilter(uid(), { filter }),
      ),
      byFilter(uid(), { filters: "number = 1" }),
      byFilter(uid(), { filter: "number = 1", x: 1 }),
      byFilter(uid(), "{"),
      { ...byFilter(uid(), { filter: "number = 1" }), headers: { "content-type": "text/plain" } },
      { method: "DELETE", path: `${path(uid())}?x=1` },
      list(uid()),
    ],
  ],
  drawnCount: 14,
  draw: (draws, uid) => [
    ...prepare(uid()),
    ...times(5, () => {
      switch (draws.below(5)) {
        case 0:
          return remove(uid(), `${draws.below(30)}`)
        case 1:
          return batch(
            uid(),
            times(draws.below(6), () => (sometimes(draws, 30) ? `${draws.below(30)}` : draws.below(30))),
          )
        case 2:
          return byFilter(uid(), { filter: `number ${oneOf(draws, ["=", "<", ">="])} ${draws.below(7)}` })
        case 3:
          return {
            method: oneOf(draws, ["POST", "PUT"]),
            path: path(uid()),
            body: times(3, () => ({ id: draws.below(30), genre: oneOf(draws, genres), number: draws.below(9) })),
          }
        default:
          return sometimes(draws, 30) ? clear(uid()) : byFilter(uid(), { filter: [`genre = ${oneOf(draws, genres)}`] })
      }
    }),
    { method: "POST", path: `/indexes/${uid()}/documents/fetch`, body: { limit: 100 } },
    {
      method: "POST",
      path: `/indexes/${uid()}/search`,
      body: { filter: "number >= 0", sort: [], hitsPerPage: 50, facets: ["genre"] },
    },
  ],
}
