import { oneOf, times } from "../draw-values.ts"
import type { Family, WireRequest } from "../sequence.ts"

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND"]

const ask = (method: string, path: string, more: Omit<WireRequest, "method" | "path"> = {}): WireRequest => ({
  method,
  path,
  ...more,
})

/** Every resource, so that each can be asked with every method. Without those whose right use changes what all share. */
const resources = [
  "/",
  "/health",
  "/version",
  "/stats",
  "/indexes",
  "/indexes/system-none",
  "/indexes/system-none/stats",
  "/indexes/system-none/documents",
  "/indexes/system-none/documents/1",
  "/indexes/system-none/documents/fetch",
  "/indexes/system-none/documents/delete",
  "/indexes/system-none/documents/delete-batch",
  "/indexes/system-none/documents/edit",
  "/indexes/system-none/search",
  "/indexes/system-none/facet-search",
  "/indexes/system-none/similar",
  "/indexes/system-none/settings",
  "/indexes/system-none/settings/synonyms",
  "/indexes/system-none/settings/typo-tolerance",
  "/indexes/system-none/settings/embedders",
  "/indexes/system-none/settings/chat",
  "/multi-search",
  "/tasks",
  "/tasks/4000000",
  "/tasks/cancel",
  "/tasks/4000000/documents",
  "/batches",
  "/batches/4000000",
  "/keys",
  "/keys/none",
  "/dumps",
  "/snapshots",
  "/export",
  "/swap-indexes",
  "/experimental-features",
  "/network",
  "/webhooks",
  "/webhooks/none",
  "/metrics",
  "/logs/stream",
  "/logs/stderr",
  "/chats",
  "/chats/none",
  "/chats/none/settings",
  "/chats/none/chat/completions",
]

/** Methods that no route knows are answered in one place: a few resources show it. */
const resourcesFor = (method: string): ReadonlyArray<string> =>
  method === "TRACE" || method === "PROPFIND" ? resources.filter((_, position) => position % 9 === 0) : resources

const unknown = [
  "/nothing",
  "/indexes/system-none/nothing",
  "/indexes/system-none/settings/nothing",
  "/indexes/system-none/documents/1/2",
  "/indexes/system-none/fields",
  "/indexes/system-none/compact",
  "/health/x",
  "/Health",
  "/INDEXES",
  "/tasks/compact",
  "/render-template",
  "/dynamic-search-rules",
  "/network/control",
  "/indexes/%2e%2e/stats",
  "/%68ealth",
  "/health?x=1",
  "/version?x=1",
  "//health",
  "/health//",
  "/health/",
  "/?x",
  "/%",
  "/indexes/%zz",
  "/favicon.ico",
  "/swagger",
  "/openapi.json",
]

/** Answers that need no index, and requests that no route expects. */
export const systemFamily: Family = {
  name: "system",
  company: "together",
  written: [
    // Not GET where the answer depends on what other sequences do, and nothing that would change something.
    ...methods
      .filter((method) => !["GET", "POST", "DELETE", "PUT", "PATCH"].includes(method))
      .map((method) => () => resourcesFor(method).map((path) => ask(method, path))),
    () => resources.map((path) => ask("PUT", path, { headers: { "Content-Type": null } })),
    () =>
      ["/health", "/version", "/stats", "/indexes", "/batches"].flatMap((path) => [
        ask("PATCH", path),
        ask("DELETE", path),
      ]),
    () => unknown.map((path) => ask("GET", path)),
    () => unknown.map((path) => ask("POST", path, { body: {} })),
    () =>
      ["/health", "/"].flatMap((path) => [ask("GET", path, { headers: { Authorization: null } }), ask("GET", path)]),
    // How a request says who it is.
    () =>
      [
        null,
        "",
        "Bearer",
        "Bearer ",
        "Bearer  a-master-key-for-tests",
        "bearer a-master-key-for-tests",
        "BEARER a-master-key-for-tests",
        "Bearer a-master-key-for-tests ",
        "Bearer a-master-key-for-test",
        "Bearer A-master-key-for-tests",
        "Basic YTpi",
        "a-master-key-for-tests",
        "Token a-master-key-for-tests",
        "Bearer x y",
      ].flatMap((authorization) => [
        ask("GET", "/version", { headers: { Authorization: authorization } }),
        ask("GET", "/indexes/system-none", { headers: { authorization } }),
        ask("POST", "/indexes/system-none/search", { headers: { AUTHORIZATION: authorization }, body: { limit: -1 } }),
        ask("GET", "/nothing", { headers: { Authorization: authorization } }),
        ask("PUT", "/version", { headers: { Authorization: authorization } }),
      ]),
    () => [
      ask("GET", "/version", { headers: { Authorization: null, "X-Meili-API-Key": "a-master-key-for-tests" } }),
      ask("GET", "/version", { headers: { AcCePt: "text/html", "X-MEILISEARCH-CLIENT": "x" } }),
      ask("GET", "/version", { headers: { Accept: "application/xml" } }),
      ask("GET", "/indexes/system-none", { headers: { "Accept-Encoding": "gzip" } }),
      ask("GET", "/indexes/system-none", { headers: { "Accept-Encoding": "br, gzip;q=0.5" } }),
      ask("GET", "/indexes/system-none", { headers: { "Accept-Encoding": "deflate" } }),
      ask("GET", "/health", { headers: { Origin: "https://shop.example" } }),
      ask("OPTIONS", "/indexes/system-none/search", {
        headers: {
          Origin: "https://shop.example",
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "authorization,content-type",
          Authorization: null,
        },
      }),
      ask("GET", "/health", { body: "a body that nobody asked for" }),
      ask("GET", "/version", { body: "{" }),
      ask("POST", "/health", { body: "{" }),
    ],
    // Routes of features that are off unless someone turns them on.
    () => [
      ask("GET", "/metrics"),
      ask("GET", "/network"),
      ask("PATCH", "/network", { body: { self: "x" } }),
      ask("PATCH", "/network", { body: "{" }),
      ask("GET", "/chats"),
      ask("GET", "/chats?limit=x"),
      ask("GET", "/chats/none"),
      ask("DELETE", "/chats/none"),
      ask("GET", "/chats/none/settings"),
      ask("PATCH", "/chats/none/settings", { body: { source: "openAi" } }),
      ask("POST", "/chats/none/chat/completions", { body: { model: "x", messages: [] } }),
      ask("POST", "/logs/stream", { body: { target: "info" } }),
      ask("POST", "/logs/stream", { body: "{" }),
      ask("DELETE", "/logs/stream"),
      ask("POST", "/logs/stderr", { body: { target: "info" } }),
      ask("GET", "/tasks/4000000/documents"),
      ask("POST", "/indexes/system-none/documents/edit", { body: { function: "doc.x = 1" } }),
      ask("POST", "/indexes/system-none/documents/edit", { body: {} }),
      ask("GET", "/indexes/system-none/settings/chat"),
      ask("PATCH", "/indexes/system-none/settings/chat", { body: { description: "x" } }),
      ask("GET", "/webhooks/none"),
      ask("GET", "/webhooks/00000000-0000-0000-0000-000000000000"),
      ask("PATCH", "/webhooks/00000000-0000-0000-0000-000000000000", { body: { url: "http://x.example" } }),
      ask("DELETE", "/webhooks/11111111-1111-4111-8111-111111111111"),
      ask("POST", "/webhooks", { body: {} }),
      ask("POST", "/webhooks", { body: { url: "no url" } }),
      ask("POST", "/webhooks", { body: { url: 3 } }),
      ask("POST", "/webhooks", { body: { url: "https://x.example", headers: { "a b": "c" } } }),
      // An empty body is right: the engine would try for minutes to send everything to nowhere.
      ask("POST", "/export", { body: { url: 3 } }),
      ask("POST", "/export", { body: { url: "http://x.example", payloadSize: "x" } }),
      ask("POST", "/export", { body: { url: "http://x.example", indexes: { "a b": {} } } }),
      ask("POST", "/export", { body: { url: "http://x.example", unknown: 1 } }),
    ],
  ],
  drawnCount: 6,
  draw: (draws) =>
    times(12, () => {
      const path = oneOf(draws, unknown)
      return ask(oneOf(draws, methods), path, { headers: { "Content-Type": null } })
    }),
}
