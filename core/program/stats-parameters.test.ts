import { describe, expect, it } from "vitest"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { formatSize, readStatsParameters } from "./stats-parameters.ts"

describe("how statistics are told", () => {
  it("is not asked of older engines, which ignore every parameter", () => {
    const old = engineCapabilities("1.21.0")
    expect(readStatsParameters("sizeFormat=human&x=1", old)).toEqual({ isHuman: false, withInternalSizes: false })
  })

  it("follows the two parameters of newer engines and leaves every other one to a node", () => {
    const young = engineCapabilities("1.50.0")
    const read = (query: string) => readStatsParameters(query, young)
    expect(read("")).toEqual({ isHuman: false, withInternalSizes: false })
    expect(read("sizeFormat=human&showInternalDatabaseSizes=true")).toEqual({ isHuman: true, withInternalSizes: true })
    for (const wrong of ["sizeFormat=big", "showInternalDatabaseSizes=1", "size=raw"]) expect(read(wrong)).toBeNull()
  })

  it("shortens sizes to the largest binary unit", () => {
    expect([0, 1023, 4096, 1_310_720, 1_000_000].map(formatSize)).toEqual([
      "0 B",
      "1023 B",
      "4 KiB",
      "1.25 MiB",
      "976.56 KiB",
    ])
  })
})
