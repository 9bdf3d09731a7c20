import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { findEngine } from "./find-engine.ts"

let project = ""
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "find-engine-"))
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

const program = (path: string, mode = 0o755): string => {
  const full = join(project, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, "#!/bin/sh\n")
  chmodSync(full, mode)
  return full
}

test("MEILISEARCH_BIN wins over the PATH, the PATH over the cache, and without any there is none", () => {
  expect(findEngine({ env: { PATH: join(project, "bin") }, project })).toBeNull()
  const cached = program(".cache/engine/meilisearch")
  expect(findEngine({ env: {}, project })).toEqual({ path: cached, source: "cache" })
  const onPath = program("bin/meilisearch")
  const env = { PATH: `/nowhere:${join(project, "bin")}` }
  expect(findEngine({ env, project })).toEqual({ path: onPath, source: "PATH" })
  const named = program("mine")
  expect(findEngine({ env: { ...env, MEILISEARCH_BIN: named }, project })).toEqual({
    path: named,
    source: "MEILISEARCH_BIN",
  })
})

test("what cannot be run does not count, and a MEILISEARCH_BIN that cannot be run is an error", () => {
  const text = program("bin/meilisearch", 0o644)
  mkdirSync(join(project, "other", "meilisearch"), { recursive: true })
  expect(findEngine({ env: { PATH: `${dirname(text)}:${join(project, "other")}` }, project })).toBeNull()
  expect(() => findEngine({ env: { MEILISEARCH_BIN: text }, project })).toThrow(/MEILISEARCH_BIN is .* can be run/)
})
