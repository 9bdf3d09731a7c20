import { describe, expect, it } from "vitest"
import { session } from "./session.ts"

describe("the session", () => {
  it("names each step once, so that a difference has one place", () => {
    const names = session.map(({ name }) => name)
    expect(names.filter((name, position) => names.indexOf(name) !== position)).toEqual([])
  })

  it("asks the queries that would find hidden fields if their values were words", () => {
    const names = session.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(["search POST: the digits 12", "search POST: the digit 1", "search POST: the sign #"]),
    )
  })
})
