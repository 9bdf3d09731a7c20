import { jsonValues, oneOf, someOf, sometimes, times } from "../draw-values.ts"
import type { SeededDraws } from "../../seeded-draws.ts"
import type { Family, Step, WireRequest } from "../sequence.ts"

const get = (uid: string, route = ""): WireRequest => ({ method: "GET", path: `/indexes/${uid}/settings${route}` })
const patch = (uid: string, body: unknown): WireRequest => ({
  method: "PATCH",
  path: `/indexes/${uid}/settings`,
  body: body as object,
})

interface Setting {
  readonly route: string
  readonly member: string
  readonly verb: "PUT" | "PATCH"
  readonly values: ReadonlyArray<unknown>
}

const setting = (route: string, verb: Setting["verb"], values: ReadonlyArray<unknown>): Setting => ({
  route,
  verb,
  values,
  member: route.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
})

const words = [["a"], ["b", "a", "b"], [], ["é", "x y"]]

const settings: ReadonlyArray<Setting> = [
  setting("displayed-attributes", "PUT", [["title"], ["*"], ["title", "title"], [], ["a.b"]]),
  setting("searchable-attributes", "PUT", [["title", "overview"], ["*"], ["title", "title"], [], ["ti*"]]),
  setting("filterable-attributes", "PUT", [
    ["genre", "year"],
    ["*"],
    [
      { attributePatterns: ["ge*"], features: { facetSearch: true, filter: { equality: true, comparison: true } } },
      "year",
    ],
    [{ attributePatterns: ["x"] }],
    [{ attributePatterns: [] }],
    [{ attributePatterns: ["x"], features: { facetSearch: 1 } }],
    [{ features: {} }],
    ["_geo"],
    ["_geoPoint"],
  ]),
  setting("sortable-attributes", "PUT", [["year"], ["b", "a", "a"], [], ["_geo"], ["*"]]),
  setting("ranking-rules", "PUT", [
    ["words", "typo"],
    ["words", "typo", "proximity", "attribute", "sort", "exactness", "year:desc"],
    ["year:up"],
    ["words", "words"],
    ["unknown"],
    [],
    ["attributeRank", "wordPosition"],
    ["_geoPoint(1,2):asc"],
    ["_geo:asc"],
  ]),
  setting("stop-words", "PUT", words),
  setting("non-separator-tokens", "PUT", [["@"], [], ["@", "&", "@"]]),
  setting("separator-tokens", "PUT", [["|"], [], ["|", "&sep", "|"]]),
  setting("dictionary", "PUT", [["J. R. R."], [], ["b", "a"]]),
  setting("synonyms", "PUT", [{ a: ["b", "c"] }, {}, { a: [] }, { "a b": ["c d"] }, { a: "b" }, { a: [1] }]),
  setting("distinct-attribute", "PUT", ["genre", "", "a.b", null]),
  setting("proximity-precision", "PUT", ["byWord", "byAttribute", "byword", ""]),
  setting("typo-tolerance", "PATCH", [
    { enabled: false },
    { minWordSizeForTypos: { oneTypo: 3 } },
    { minWordSizeForTypos: { oneTypo: 9, twoTypos: 3 } },
    { minWordSizeForTypos: { oneTypo: 300 } },
    { disableOnWords: ["b", "a"], disableOnAttributes: ["title"] },
    { disableOnNumbers: true },
    { minWordSizeForTypos: null },
    { unknown: 1 },
    {},
  ]),
  setting("faceting", "PATCH", [
    { maxValuesPerFacet: 5 },
    { sortFacetValuesBy: { genre: "count", "*": "alpha" } },
    { sortFacetValuesBy: { genre: "size" } },
    { maxValuesPerFacet: null },
    { maxValuesPerFacet: -1 },
    {},
  ]),
  setting("pagination", "PATCH", [{ maxTotalHits: 7 }, { maxTotalHits: 0 }, { maxTotalHits: null }, {}, { x: 1 }]),
  setting("embedders", "PATCH", [
    { manual: { source: "userProvided", dimensions: 3 } },
    { manual: null },
    { manual: { source: "userProvided" } },
    { manual: { source: "userProvided", dimensions: 0 } },
    { manual: { source: "unknown" } },
    { manual: { source: "userProvided", dimensions: 3, model: "x" } },
    {
      other: { source: "userProvided", dimensions: 2, binaryQuantized: true, distribution: { mean: 0.5, sigma: 0.1 } },
    },
    {},
  ]),
  setting("search-cutoff-ms", "PUT", [300, 0, null, 1.5]),
  setting("localized-attributes", "PUT", [
    [{ attributePatterns: ["title*"], locales: ["jpn"] }],
    [{ attributePatterns: ["*_de"], locales: ["de", "fra"] }],
    [{ locales: ["jpn"] }],
    [{ attributePatterns: ["x"], locales: ["klingon"] }],
    [],
    null,
  ]),
  setting("facet-search", "PUT", [true, false, null]),
  setting("prefix-search", "PUT", ["indexingTime", "disabled", "none", null]),
]

const drawSetting = (draws: SeededDraws, badPercent: number): readonly [Setting, unknown] => {
  const chosen = oneOf(draws, settings)
  return [chosen, sometimes(draws, badPercent) ? oneOf(draws, jsonValues) : oneOf(draws, chosen.values)]
}

const writeOne = (uid: string, { route, verb }: Setting, value: unknown): WireRequest => ({
  method: verb,
  path: `/indexes/${uid}/settings/${route}`,
  body: JSON.stringify(value),
})

/** All settings: each value through its own route and through the one for all. */
export const settingsFamily: Family = {
  name: "settings",
  company: "together",
  written: [
    ...settings.map((each) => (uid: (name?: string) => string): ReadonlyArray<Step> => [
      { method: "POST", path: "/indexes", body: { uid: uid() } },
      get(uid(), `/${each.route}`),
      ...each.values.flatMap((value) => [writeOne(uid(), each, value), get(uid(), `/${each.route}`)]),
      ...jsonValues
        .filter((_, position) => position % 3 === each.route.length % 3)
        .map((value) => writeOne(uid(), each, value)),
      writeOne(uid(), each, each.values[0]),
      { method: "DELETE", path: `/indexes/${uid()}/settings/${each.route}` },
      get(uid(), `/${each.route}`),
      get(uid()),
    ]),
    (uid) => [
      get(uid()),
      get(uid(), "/synonyms"),
      { method: "DELETE", path: `/indexes/${uid()}/settings` },
      { method: "DELETE", path: `/indexes/${uid()}/settings/synonyms` },
      get("no%20uid"),
      patch("no%20uid", {}),
      patch("no%20uid", { synonyms: 3 }),
      { method: "DELETE", path: "/indexes/no%20uid/settings" },
      patch(uid(), {}),
      get(uid()),
      ...jsonValues.map((value) => patch(uid(), value)),
      ...["", "{", '{"synonyms":{"a":["b"]},"synonyms":{}}', "null"].map((body) => patch(uid(), body)),
      ...["unknown", "rankingrules", "displayedAttribute", "chat", "foreignKeys", "vectorStore"].map((name) =>
        patch(uid(), { [name]: [] }),
      ),
      { ...patch(uid(), {}), headers: { "content-type": "text/plain" } },
      { ...patch(uid(), {}), headers: { "content-type": null } },
      { method: "PUT", path: `/indexes/${uid()}/settings/stop-words`, body: '["a"' },
      { method: "PUT", path: `/indexes/${uid()}/settings/stop-words` },
      {
        method: "PUT",
        path: `/indexes/${uid()}/settings/stop-words`,
        body: [],
        headers: { "content-type": "text/csv" },
      },
      { method: "PUT", path: `/indexes/${uid("new")}/settings/stop-words`, body: ["a"] },
      get(uid("new")),
      { method: "GET", path: `/indexes/${uid("new")}/settings?x=1` },
      { method: "PATCH", path: `/indexes/${uid("new")}/settings?x=1`, body: {} },
    ],
    // A setting that the documents contradict fails as a task.
    (uid) => [
      {
        method: "POST",
        path: `/indexes/${uid()}/documents`,
        body: [
          { id: 1, _geo: "nowhere" },
          { id: 2, _geo: { lat: 1, lng: 2 } },
        ],
      },
      patch(uid(), { filterableAttributes: ["_geo"] }),
      get(uid(), "/filterable-attributes"),
      patch(uid(), { embedders: { manual: { source: "userProvided", dimensions: 2 } } }),
      get(uid(), "/embedders"),
      patch(uid(), { rankingRules: ["words", "id:desc"], stopWords: ["x"], distinctAttribute: "id" }),
      { method: "POST", path: `/indexes/${uid()}/search`, body: { showRankingScoreDetails: true } },
      { method: "DELETE", path: `/indexes/${uid()}/settings` },
      get(uid()),
    ],
  ],
  drawnCount: 12,
  draw: (draws, uid) => [
    ...times(5, (): Step => {
      if (sometimes(draws, 40)) return writeOne(uid(), ...drawSetting(draws, 25))
      const chosen = someOf(draws, settings, 1, 4)
      return patch(
        uid(),
        Object.fromEntries(
          chosen.map(({ member, values }) => [
            member,
            sometimes(draws, 10) ? oneOf(draws, jsonValues) : oneOf(draws, values),
          ]),
        ),
      )
    }),
    get(uid()),
    { method: "DELETE", path: `/indexes/${uid()}/settings/${oneOf(draws, settings).route}` },
    get(uid()),
  ],
}
