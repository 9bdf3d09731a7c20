import type { Json, JsonObject } from "#core/prelude/json.ts"

/** Source of an embedder that names none. */
const defaultSource = "openAi"

/** What an embedder keeps when it gets another source, if the new source knows it; all else is forgotten. Measured on v1.21.0. */
const keptMembers: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["openAi", ["apiKey", "documentTemplate", "documentTemplateMaxBytes", "distribution", "binaryQuantized"]],
  ["ollama", ["apiKey", "documentTemplate", "documentTemplateMaxBytes", "distribution", "binaryQuantized"]],
  ["rest", ["apiKey", "documentTemplate", "documentTemplateMaxBytes", "distribution", "binaryQuantized"]],
  ["huggingFace", ["documentTemplate", "documentTemplateMaxBytes", "distribution", "binaryQuantized"]],
  ["userProvided", ["distribution", "binaryQuantized"]],
  ["composite", ["distribution", "binaryQuantized"]],
])

export const sourceOf = (embedder: JsonObject): Json => embedder["source"] ?? defaultSource

/** An embedder after a patch: its members are merged, each is replaced as a whole, and `null` resets one. */
export const mergeEmbedder = (current: JsonObject | null, patch: JsonObject): JsonObject => {
  const merged = new Map(current === null ? [] : Object.entries(keptOf(current, patch["source"])))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) merged.delete(name)
    else merged.set(name, value)
  }
  return Object.fromEntries(merged)
}

const keptOf = (current: JsonObject, source: Json | undefined): JsonObject => {
  if (typeof source !== "string" || source === sourceOf(current)) return current
  const kept = keptMembers.get(source)
  // A source of a later engine: nobody knows what it keeps.
  if (kept === undefined) return current
  return Object.fromEntries(Object.entries(current).filter(([name]) => kept.includes(name)))
}
