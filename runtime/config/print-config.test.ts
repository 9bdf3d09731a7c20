import { expect, test } from "vitest"
import { loadConfig } from "./load-config.ts"
import { mask, printConfig } from "./print-config.ts"

const load = (file: string) => {
  const loaded = loadConfig({ file, env: {}, flags: {}, readText: String })
  if (loaded.tag === "problems") throw new Error(loaded.problems.join("\n"))
  return loaded.config
}

const file = `
master_key: hunter2-hunter2
node_master_key: s3cret-s3cret
server: { port: 1234 }
fleet: { groups: [{ id: "7", nodes: [{ id: "1e3", url: "http://a:1" }] }] }
`

test("a secret is never printed, nor how long it is", () => {
  const printed = printConfig(load(file))
  expect(printed).not.toMatch(/hunter2|s3cret/)
  expect(printed).toContain(`master_key: "${mask}"`)
})

test("what is printed loads as the same configuration, but for the secrets", () => {
  const config = load(file)
  expect(load(printConfig(config))).toEqual({ ...config, master_key: mask, node_master_key: mask })
  const open = load("server: { port: 1 }")
  expect(load(printConfig(open))).toEqual(open)
})
