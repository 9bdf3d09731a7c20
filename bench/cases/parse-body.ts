import { strict as assert } from "node:assert"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import type { BenchCase } from "../bench-case.ts"
import { seededDraw } from "../inputs.ts"

const dimensions = 1536

/** What the engine refuses and `JSON.parse` takes has to be found, but the exact reader must not see ordinary bodies. */
export const parseBody: BenchCase = {
  name: "parse-body",
  operation: `the body of a search with a vector of ${dimensions.toLocaleString("en")} numbers, checked and parsed`,
  ratioMin: 0.3,
  prepare: async (share) => {
    const draw = seededDraw(5)
    const vector = Array.from({ length: dimensions * share }, () => draw() * 2 - 1)
    const bytes = new TextEncoder().encode(JSON.stringify({ q: "search", vector, hybrid: { embedder: "default" } }))
    const decoder = new TextDecoder()
    const ours = () => {
      const parsed = parseJsonBody(bytes, "application/json")
      assert(parsed.tag === "parsed")
      return parsed.value
    }
    const baseline = () => JSON.parse(decoder.decode(bytes)) as unknown
    assert.deepEqual(ours(), baseline())
    return { ours, baseline: { name: "JSON.parse, which takes more than the engine", run: baseline } }
  },
}
