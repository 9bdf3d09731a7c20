import type { JsonObject } from "#core/prelude/json.ts"

/**
 * What a task does to the catalogue, or to other tasks, when it comes to its end: stored in the task, so that it survives a restart.
 * The names of indexes change for writers when the task is accepted, and for readers when it ends.
 */
export type CatalogueChange =
  | { readonly tag: "drop-index" }
  | { readonly tag: "set-primary-key"; readonly primaryKey: string }
  /** A settings patch in the client's words: `null` resets. */
  | { readonly tag: "patch-settings"; readonly patch: JsonObject }
  /** `uid`: the new name. The rename stands even when the change of the primary key that came with it fails. */
  | { readonly tag: "rename-index"; readonly uid: string; readonly primaryKey: string | null }
  | { readonly tag: "swap-names"; readonly swaps: ReadonlyArray<NameSwap> }
  /** Uids of the tasks that had not ended when the cancelation was asked for. */
  | { readonly tag: "cancel-tasks"; readonly uids: ReadonlyArray<number> }
  /** `filter`: a `TaskFilter`. Only tasks with a smaller uid than that of the deletion count. */
  | { readonly tag: "delete-tasks"; readonly filter: JsonObject }

/** Two names that change places; where an index is only renamed, one of them belongs to no index. */
export interface NameSwap {
  readonly names: readonly [string, string]
  /** New name of each index, by its physical uid. */
  readonly uids: Readonly<Record<string, string>>
}
