import type { StoredState } from "#core/ports/store.ts"
import type { Failure } from "../world/verdict.ts"
import { broken } from "../world/verdict.ts"
import type { IndexHistory, WriteStep } from "./document-states.ts"

/** An index that a confirmed write went to is there, unless somebody may have deleted it; one whose deletion was confirmed is not. */
export const checkCatalogue = (stored: StoredState, indexes: ReadonlyMap<string, IndexHistory>): Failure | null => {
  const known = new Map(stored.indexes.map((record) => [record.physicalUid, record]))
  for (const { physicalUid, steps } of indexes.values()) {
    const isThere = known.get(physicalUid)?.visible === true
    const deletions = steps.filter((step) => step.attempt.action.do === "delete-index" && step.certainty !== "void")
    if (isThere && deletions.some((step) => step.certainty === "applied"))
      return broken("deleted-stays-deleted", `${physicalUid} is in the catalogue although its deletion succeeded`)
    if (!isThere && deletions.length === 0 && steps.some(makesIndex))
      return broken("acknowledged-is-kept", `${physicalUid} is not in the catalogue although writes to it succeeded`)
  }
  return null
}

/** A deletion of documents succeeds where there is nothing to delete, and makes no index. */
const makesIndex = ({ certainty, attempt }: WriteStep): boolean =>
  certainty === "applied" && ["add", "update", "settings", "create-index"].includes(attempt.action.do)
