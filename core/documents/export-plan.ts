import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"

/** What `POST /export` asks for. */
export interface ExportPlan {
  readonly url: string
  readonly apiKey: string | null
  /** Bytes of documents in one request to the target, before compression; null: the usual 20 MiB. */
  readonly payloadBytes: number | null
  /** Pattern of index uids → which documents, and whether the settings of an index that exists at the target are replaced. */
  readonly indexes: Readonly<Record<string, { readonly filter: Json; readonly overrideSettings: boolean }>>
}

/** Null where a node should say what is wrong: an export is only understood when every member has the right form. */
export const readExportPlan = (value: Json): ExportPlan | null => {
  if (!isJsonObject(value) || Object.keys(value).some((name) => !members.has(name))) return null
  const { url = "", apiKey = null, payloadSize = null, indexes = null } = value as JsonObject
  if (typeof url !== "string" || (apiKey !== null && typeof apiKey !== "string")) return null
  const payloadBytes = payloadSize === null ? null : readSize(payloadSize)
  if (payloadBytes === undefined) return null
  if (indexes === null)
    return { url, apiKey, payloadBytes, indexes: { "*": { filter: null, overrideSettings: false } } }
  if (!isJsonObject(indexes)) return null
  const asked = new Map<string, ExportPlan["indexes"][string]>()
  for (const [pattern, entry] of Object.entries(indexes as JsonObject)) {
    if (!/^[A-Za-z0-9_-]*\*?$/.test(pattern) || pattern === "" || !isJsonObject(entry)) return null
    if (Object.keys(entry).some((name) => name !== "filter" && name !== "overrideSettings")) return null
    const { filter = null, overrideSettings = false } = entry as JsonObject
    if (typeof overrideSettings !== "boolean") return null
    asked.set(pattern, { filter, overrideSettings })
  }
  return { url, apiKey, payloadBytes, indexes: Object.fromEntries(asked) }
}

const members: ReadonlySet<string> = new Set(["url", "apiKey", "payloadSize", "indexes"])

/** Bytes of `1000`, `"20MiB"`, `"1.5 GB"`; undefined where it is no size. */
const readSize = (value: Json): number | undefined => {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined
  const found = typeof value === "string" ? /^(\d+(?:\.\d+)?) *([KMGTP]?)(i?)B?$/i.exec(value.trim()) : null
  if (found === null) return undefined
  const [, digits = "", prefix = "", binary = ""] = found
  const power = ["", "K", "M", "G", "T", "P"].indexOf(prefix.toUpperCase())
  return Math.floor(Number(digits) * (binary === "" ? 1000 : 1024) ** power)
}

/** The member `details` of the task, as Meilisearch shows it: sizes in words, most of the key masked. */
export const exportDetails = (plan: ExportPlan): JsonObject => ({
  url: plan.url,
  ...(plan.apiKey === null ? {} : { apiKey: maskKey(plan.apiKey) }),
  ...(plan.payloadBytes === null ? {} : { payloadSize: printSize(plan.payloadBytes) }),
  indexes: Object.fromEntries(
    Object.entries(plan.indexes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([pattern, { filter, overrideSettings }]) => [pattern, { filter, overrideSettings }]),
  ),
})

/** Measured on v1.21.0: the same number of characters is shown of a key as of an embedder's. */
const maskKey = (key: string): string => {
  const shown = key.length <= 10 ? 0 : key.length <= 30 ? 2 : key.length <= 40 ? 4 : 5
  return `${key.slice(0, shown)}XXXX...`
}

const printSize = (bytes: number): string => {
  const base = bytes % 1024 === 0 ? 1024 : 1000
  const units = base === 1024 ? ["B", "KiB", "MiB", "GiB", "TiB"] : ["B", "KB", "MB", "GB", "TB"]
  let unit = 0
  while (bytes >= base ** (unit + 1) && unit < units.length - 1) unit++
  return `${bytes / base ** unit} ${units[unit]}`
}

/** Whether an index is meant: patterns are whole names or a beginning and `*`. The longest pattern that fits counts. */
export const patternFor = (plan: ExportPlan, uid: string): string | null =>
  Object.keys(plan.indexes)
    .filter((pattern) => (pattern.endsWith("*") ? uid.startsWith(pattern.slice(0, -1)) : uid === pattern))
    .sort((a, b) => b.length - a.length)[0] ?? null
