import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { sourceOf } from "./merge-embedder.ts"

/*
 * A patch leaves the members of a setting alone that it does not name. What a node holds beyond the settings that it should have, because it has
 * missed their reset, must be reset by name.
 */

/** Settings whose members are merged, and the members that are merged once more. Embedders have rules of their own. */
const mergedSettings: ReadonlyArray<string> = ["typoTolerance", "faceting", "pagination", "chat"]
const mergedMembers: ReadonlySet<string> = new Set(["minWordSizeForTypos", "searchParameters"])

/** What nodes show of an embedder that nobody has set it for. To reset it all the same would have every document embedded again. v1.21 */
const shownDefaults: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  openAi: { model: "text-embedding-3-small" },
  huggingFace: { model: "BAAI/bge-base-en-v1.5", revision: "617ca489d9e86b49b8167676d8220688b99db36e" },
}

export type SettingPath = ReadonlyArray<string>

export interface Leftovers {
  /** What must be reset. Nodes show members that are at their default like any other, so these may be among them. */
  readonly paths: ReadonlyArray<SettingPath>
  /** Some embedder has another source: it must go before it can come again, as what it keeps may be unknown to the new source. */
  readonly areInTheWay: boolean
}

/** `held`: what a node answers; `whole`: a patch that names every setting. */
export const leftoversOf = (held: JsonObject, whole: JsonObject): Leftovers => {
  const paths = mergedSettings.flatMap((setting) => pathsBeyond(held[setting], whole[setting], [setting]))
  const heldEmbedders = isJsonObject(held["embedders"]) ? held["embedders"] : {}
  const embedders = new Map(isJsonObject(whole["embedders"]) ? Object.entries(whole["embedders"]) : [])
  const inTheWay = Object.entries(heldEmbedders).filter(([name, embedder]) => {
    const wanted = embedders.get(name)
    return isJsonObject(wanted) && isJsonObject(embedder) && sourceOf(wanted) !== sourceOf(embedder)
  })
  const dropped = new Set(inTheWay.map(([name]) => name))
  const ofEmbedders = Object.entries(heldEmbedders).flatMap(([name, embedder]): ReadonlyArray<SettingPath> => {
    const wanted = embedders.get(name)
    if (!isJsonObject(wanted) || dropped.has(name)) return [["embedders", name]]
    return isJsonObject(embedder) ? embedderPaths(embedder, wanted, name) : []
  })
  return { paths: [...paths, ...ofEmbedders], areInTheWay: dropped.size > 0 }
}

const pathsBeyond = (
  held: Json | undefined,
  wanted: Json | undefined,
  path: SettingPath,
): ReadonlyArray<SettingPath> => {
  // One that is reset as a whole has no members left.
  if (!isJsonObject(held) || !isJsonObject(wanted)) return []
  return Object.keys(held).flatMap((name): ReadonlyArray<SettingPath> => {
    if (!(name in wanted)) return [[...path, name]]
    return mergedMembers.has(name) ? pathsBeyond(held[name], wanted[name], [...path, name]) : []
  })
}

const embedderPaths = (held: JsonObject, wanted: JsonObject, name: string): ReadonlyArray<SettingPath> => {
  const source = sourceOf(wanted)
  const defaults = typeof source === "string" ? (shownDefaults[source] ?? {}) : {}
  return Object.keys(held)
    .filter((member) => member !== "source" && !(member in wanted) && held[member] !== defaults[member])
    .map((member) => ["embedders", name, member])
}

/** The patch that also resets what stands at `paths`. */
export const withResets = (whole: JsonObject, paths: ReadonlyArray<SettingPath>): JsonObject =>
  paths.reduce((patch, path) => resetAt(patch, path), whole)

const resetAt = (value: JsonObject, [name, ...rest]: SettingPath): JsonObject => {
  if (name === undefined) return value
  const inner = value[name]
  return { ...value, [name]: rest.length === 0 ? null : resetAt(isJsonObject(inner) ? inner : {}, rest) }
}

/** Whether all of `paths` were reset before: what is shown of them are defaults. */
export const areKnown = (paths: ReadonlyArray<SettingPath>, known: ReadonlyArray<SettingPath>): boolean => {
  const texts = new Set(known.map((path) => JSON.stringify(path)))
  return paths.every((path) => texts.has(JSON.stringify(path)))
}
