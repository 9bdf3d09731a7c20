import { isJsonObject, type Json, type JsonObject } from "#core/prelude/json.ts"
import { reservedPrefix } from "#core/protocol/hidden-fields.ts"
import { compareCodePoints } from "./compare-code-points.ts"

/**
 * `POST /indexes/{uid}/fields` of many nodes as one page. A node knows the fields of its own documents, and what it says of a field follows from
 * the settings, which all nodes share: so the first node that knows a field speaks for all.
 */
export const mergeFields = (lists: ReadonlyArray<ReadonlyArray<Json>>, offset: number, limit: number): JsonObject => {
  const fields = new Map<string, JsonObject>()
  for (const field of lists.flat()) {
    const name = isJsonObject(field) ? field["name"] : null
    if (typeof name === "string" && !name.startsWith(reservedPrefix) && !fields.has(name))
      fields.set(name, field as JsonObject)
  }
  const inOrder = [...fields].sort(([one], [other]) => compareCodePoints(one, other)).map(([, field]) => field)
  return { results: inOrder.slice(offset, offset + limit), offset, limit, total: inOrder.length }
}
