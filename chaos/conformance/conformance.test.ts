import { describe, expect, it } from "vitest"
import { runConformance } from "./run-conformance.ts"

const minuteMs = 60_000

describe("a small conformance run on real engines", () => {
  it(
    "gets every answer of three families from three nodes as from one",
    async () => {
      const [result] = await runConformance({
        topologies: ["3x2"],
        families: ["documents-delete", "tasks", "multi-search"],
        seed: 7,
        sequence: null,
        drawnPerFamily: 2,
        engine: "real",
        runtime: "node",
        kill: false,
      })
      expect(result?.found).toEqual([])
      expect(result?.requests).toBeGreaterThan(150)
    },
    2 * minuteMs,
  )
})
