import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { mergeFields } from "./merge-fields.ts"

const field = (name: string) => ({ name, sortable: { enabled: false } })

describe("fields of many nodes", () => {
  it("are the names that any node knows, each once, in the order of one node, cut into pages", () => {
    const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "É", "_miroir_shard"))
    fc.assert(
      fc.property(fc.array(names, { maxLength: 4 }), fc.nat(6), fc.nat(6), (nodes, offset, limit) => {
        const all = [...new Set(nodes.flat())].filter((name) => !name.startsWith("_miroir_")).sort()
        const page = mergeFields(
          nodes.map((node) => node.map(field)),
          offset,
          limit,
        )
        expect(page).toEqual({
          results: all.slice(offset, offset + limit).map(field),
          offset,
          limit,
          total: all.length,
        })
      }),
    )
  })
})
