import { expect, test } from "vitest"
import { processingTimeIn, slowestOf } from "./processing-time.ts"

test("a search took as long as its slowest node says", () => {
  const answers = ['{"hits":[{"processingTimeMs":90}],"processingTimeMs":2}', '{"processingTimeMs":5,"hits":[]}', "{}"]
  expect(slowestOf(answers.map(processingTimeIn))).toBe(5)
})

test("a search that no node answered took no time", () => {
  expect(slowestOf([])).toBe(0)
})
