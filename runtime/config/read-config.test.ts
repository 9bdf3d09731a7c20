import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { readConfig } from "./read-config.ts"

const folder = mkdtempSync(join(tmpdir(), "miroir-config-"))
afterAll(() => rmSync(folder, { recursive: true }))

test("the file and the files of secrets are read from the disk", () => {
  writeFileSync(join(folder, "miroir.yaml"), "server: { port: 1234 }\n")
  writeFileSync(join(folder, "key"), "from a file\n")
  const loaded = readConfig(join(folder, "miroir.yaml"), { MIROIR_MASTER_KEY_FILE: join(folder, "key") }, {})
  expect(loaded).toMatchObject({ tag: "config", config: { server: { port: 1234 }, master_key: "from a file" } })
})

test("a configuration file that is not there is a problem with its name, not an exception", () => {
  const path = join(folder, "gone.yaml")
  expect(readConfig(path, {}, {})).toMatchObject({
    tag: "problems",
    problems: [expect.stringContaining(`the configuration file ${path} cannot be read: ENOENT`)],
  })
  expect(readConfig(null, {}, {}).tag).toBe("config")
})
