import { type Route, routes } from "#core/program/routes.ts"

/** The reference page of all routes, as Markdown: docs/reference/routes.md holds exactly this. */
export const describeRoutes = (): string =>
  [
    "# Routes",
    "",
    "Every operation of the API, made from the table in `core/program/routes.ts`.",
    "",
    "* **action**: what an API key must be allowed. *none*: answered without a key. *master*: for the master key alone.",
    "* **indexes**: how a key for some indexes is held to them. *path*: by the uid in the path. *handler*: what it may not see is left out, or refused. *all*: no index is concerned.",
    "* **answered by**: *fleet-routed*: the nodes of the shards concerned. *broadcast*: every node takes it. *scatter-gather*: one replica of every shard, merged. *proxy*: what the proxy knows itself, or one node for all.",
    "",
    "| operation | action | indexes | answered by |",
    "|---|---|---|---|",
    ...routes.filter((route) => route.class !== "refused").map(supportedRow),
    "",
    "## Refused",
    "",
    "Of an operation that belongs to an experimental feature a node says that the feature is off, or that it does not know the route; otherwise the answer is 501 `miroir_not_supported`.",
    "",
    "| operation | action | why |",
    "|---|---|---|",
    ...routes.filter((route) => route.class === "refused").map(refusedRow),
    "",
  ].join("\n")

const scopes: Readonly<Record<Route["scope"], string>> = { index: "path", handler: "handler", global: "all" }

const supportedRow = (route: Route): string =>
  `| \`${route.method} ${route.path}\` | ${actionOf(route)} | ${scopes[route.scope]} | ${route.class} |`

const refusedRow = (route: Route): string =>
  `| \`${route.method} ${route.path}\` | ${actionOf(route)} | ${route.reason} |`

const actionOf = ({ action }: Route): string =>
  action === "none" || action === "master" ? `*${action}*` : `\`${action}\``
