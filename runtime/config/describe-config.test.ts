import { expect, test } from "vitest"
import { ConfigSchema } from "./config-schema.ts"
import { allKeys, pathName } from "./config-names.ts"
import { describeConfig } from "./describe-config.ts"

test("the reference page in the documentation is the one that the schema gives", async () => {
  await expect(describeConfig()).toMatchFileSnapshot("../../docs/reference/config.md")
})

test("every key of the schema is documented: a name at each place, a meaning and a reason as sentences", () => {
  const named = new Set(allKeys.map((key) => key.path[0]))
  expect([...named]).toEqual(Object.keys(ConfigSchema.fields))
  for (const { path, documentation } of allKeys) {
    expect(documentation.meaning, pathName(path)).toMatch(/^[A-Z].*\.$/)
    expect(documentation.reason, pathName(path)).toMatch(/^[A-Z].*\.$/)
  }
})

test("every single value of the schema is a documented key", () => {
  const documented = new Set(allKeys.map((key) => pathName(key.path)))
  for (const [name, field] of Object.entries(ConfigSchema.fields)) {
    const below = "fields" in field ? Object.keys(field.fields).map((inner) => `${name}.${inner}`) : [name]
    for (const one of below) expect(documented).toContain(one)
  }
})
