import { expect, test } from "vitest"
import { devHelp, parseDevOptions } from "./dev-options.ts"

test("without flags nothing is decided that a stored fleet could decide", () => {
  expect(parseDevOptions([])).toEqual({
    kind: "run",
    options: {
      nodes: null,
      groups: null,
      replicationFactor: null,
      shards: null,
      engine: "auto",
      port: 7700,
      isEphemeral: false,
      runtime: null,
      dataDirectory: ".miroir",
      masterKey: null,
      trace: null,
    },
  })
})

test("every flag is taken", () => {
  const args =
    "--nodes 2 --groups=2 --rf 1 --shards 16 --engine real --port 7800 --ephemeral --runtime bun --data d --master-key k --trace t"
  expect(parseDevOptions(args.split(" "))).toMatchObject({
    options: {
      nodes: 2,
      groups: 2,
      replicationFactor: 1,
      shards: 16,
      engine: "real",
      port: 7800,
      isEphemeral: true,
      runtime: "bun",
      dataDirectory: "d",
      masterKey: "k",
      trace: "t",
    },
  })
})

test.each([
  ["--nodes 0", '--nodes takes a whole number from 1 to 100, not "0"'],
  ["--nodes three", '--nodes takes a whole number from 1 to 100, not "three"'],
  ["--shards 99999", '--shards takes a whole number from 1 to 16807, not "99999"'],
  ["--port 1e3", '--port takes a whole number from 1 to 65535, not "1e3"'],
  ["--engine fast", '--engine takes auto, real, embedded, not "fast"'],
  ["--runtime deno", '--runtime takes node, bun, not "deno"'],
  ["--master-key=", "--master-key takes a text that is not empty"],
])("%s is refused by a sentence that names the flag and what it takes", (args, problem) => {
  expect(parseDevOptions(args.split(" "))).toEqual({ kind: "wrong", problem })
})

test("an unknown flag is refused by name", () => {
  expect(parseDevOptions(["--node", "3"])).toMatchObject({ kind: "wrong", problem: expect.stringContaining("--node") })
})

test("the help names every flag", () => {
  for (const flag of [
    "nodes",
    "groups",
    "rf",
    "shards",
    "engine",
    "port",
    "data",
    "ephemeral",
    "master-key",
    "trace",
    "runtime",
  ]) {
    expect(devHelp).toContain(`  --${flag}`)
  }
  expect(parseDevOptions(["--nodes", "x", "--help"])).toEqual({ kind: "help" })
})
