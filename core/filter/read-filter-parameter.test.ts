import { expect, test } from "vitest"
import { readFilterParameter } from "./read-filter-parameter.ts"

const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels)

test.each(['["a = 1",["b = 2","c = 3"]]', '"a = 1"', "12", "null", '{"a":1}', nested(127)])(
  "%s is the JSON value that it says",
  (text) => {
    expect(readFilterParameter(text)).toEqual(JSON.parse(text))
  },
)

test.each(["a = 1", "", "[", " [1", "[1e999]", '"\\ud800"', nested(128), nested(20_000)])(
  "%s is no JSON to the engine, so an expression",
  (text) => {
    expect(readFilterParameter(text)).toBe(text)
  },
)
