import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { flagName, pathName, settableKeys, variableName } from "./config-names.ts"
import type { Config } from "./config-schema.ts"
import { type ConfigSources, loadConfig } from "./load-config.ts"

const nothing: ConfigSources = {
  file: null,
  env: {},
  flags: {},
  readText: (path) => {
    throw new Error(`no file ${path}`)
  },
}

const load = (sources: Partial<ConfigSources>): Config => {
  const loaded = loadConfig({ ...nothing, ...sources })
  if (loaded.tag === "problems") throw new Error(loaded.problems.join("\n"))
  return loaded.config
}

const problemsOf = (sources: Partial<ConfigSources>): ReadonlyArray<string> => {
  const loaded = loadConfig({ ...nothing, ...sources })
  return loaded.tag === "problems" ? loaded.problems : []
}

const twoNodes = `
fleet:
  groups:
    - id: main
      nodes: [{ id: a, url: "http://10.0.0.1:7700/" }, { id: b, url: "http://10.0.0.2:7700" }]
`

describe("sources", () => {
  test("without any source every key has its documented default", () => {
    expect(load({})).toEqual({
      server: { host: "127.0.0.1", port: 7700, payload_limit_bytes: 100_000_000, max_requests_in_flight: 1000 },
      master_key: null,
      node_master_key: null,
      store: { path: ".miroir/miroir.db" },
      dumps: { path: ".miroir/dumps" },
      fleet: { replication_factor: 1, shards: 64, groups: [] },
      health: { interval_ms: 5000, timeout_ms: 2000, unhealthy_threshold: 3, recovery_threshold: 2 },
      search: { timeout_ms: 30_000 },
      proxy: { id: null, address: null },
      scatter: { unavailable_shard_policy: "partial" },
      write: { timeout_ms: 30_000 },
      tasks: { retention_hours: 168 },
      trace: {
        path: null,
        bodies: "none",
        body_limit_bytes: 4_194_304,
        buffer_bytes: 67_108_864,
        file_limit_bytes: 1_073_741_824,
      },
      log: { level: "info" },
    })
  })

  test("a flag stands above a variable, a variable above the file, the file above the default", () => {
    const places = ["default", "file", "variable", "flag"] as const
    const numbers = settableKeys.filter((key) => typeof key.documentation.default === "number")
    fc.assert(
      fc.property(fc.constantFrom(...numbers), fc.subarray(places.slice(1)), (key, used) => {
        const [group = "", name = ""] = key.path
        const loaded = load({
          file: used.includes("file") ? `${group}: { ${name}: 11 }` : null,
          env: used.includes("variable") ? { [variableName(key)]: "12" } : {},
          flags: used.includes("flag") ? { [pathName(key.path)]: "13" } : {},
        })
        const highest = places.findLastIndex((place) => place === "default" || used.includes(place))
        expect((loaded[group as keyof Config] as Record<string, unknown>)[name]).toBe(
          highest === 0 ? key.documentation.default : 10 + highest,
        )
      }),
    )
  })

  test("every key that is documented with a variable and a flag can be set with both", () => {
    for (const key of settableKeys) {
      const value = key.documentation.default ?? "a secret of sixteen"
      const text = Array.isArray(value) ? "[]" : String(value)
      expect(problemsOf({ env: { [variableName(key)]: text } })).toEqual([])
      expect(problemsOf({ flags: { [flagName(key).slice(2)]: text } })).toEqual([])
    }
  })

  test("the fleet can be given as one variable in JSON or YAML", () => {
    const groups = [{ id: "main", nodes: [{ id: "a", url: "http://a:1" }] }]
    expect(load({ env: { MIROIR_FLEET__GROUPS: JSON.stringify(groups) } }).fleet.groups).toEqual(groups)
    expect(problemsOf({ env: { MIROIR_FLEET__GROUPS: "[" } })[0]).toMatch(/^MIROIR_FLEET__GROUPS: not YAML or JSON: /)
  })

  test("a slash at the end of a URL is dropped", () => {
    expect(load({ file: twoNodes }).fleet.groups[0]?.nodes[0]?.url).toBe("http://10.0.0.1:7700")
  })

  test("variables of other programs, and those that Kubernetes makes for a service of our name, are passed over", () => {
    const env = { PATH: "/bin", MIROIR_SERVICE_HOST: "10.1.1.1", MIROIR_SERVICE_PORT_HTTP: "7700" }
    expect(load({ env: { ...env, MIROIR_PORT: "tcp://10.1.1.1:7700", MIROIR_PORT_7700_TCP_ADDR: "x" } })).toEqual(
      load({}),
    )
  })
})

describe("secrets", () => {
  test("a secret is read from the file that its variable names, without the last line break", () => {
    const loaded = load({
      env: { MIROIR_MASTER_KEY_FILE: "/run/key", MIROIR_NODE_MASTER_KEY: "n" },
      readText: (path) => `text of ${path}\r\n`,
    })
    expect(loaded.master_key).toBe("text of /run/key")
    expect(loaded.node_master_key).toBe("n")
  })

  test("a file of a secret that cannot be read, or stands beside its variable, is a problem", () => {
    const env = { MIROIR_MASTER_KEY_FILE: "/gone" }
    expect(problemsOf({ env })).toEqual(["MIROIR_MASTER_KEY_FILE: the file /gone cannot be read"])
    expect(problemsOf({ env: { ...env, MIROIR_MASTER_KEY: "k" } })).toEqual([
      "MIROIR_MASTER_KEY and MIROIR_MASTER_KEY_FILE are both set: keep one",
    ])
  })

  test.each([
    ["an empty variable", { env: { MIROIR_MASTER_KEY: "" } }],
    ["blanks in the file", { file: 'master_key: "  "' }],
    ["a key without a value", { file: "master_key:" }],
    ["an empty file of a secret", { env: { MIROIR_MASTER_KEY_FILE: "f" }, readText: () => "\n" }],
  ])("%s is refused, and is no key with --dev", (_, sources: Partial<ConfigSources>) => {
    expect(problemsOf(sources)).toEqual([
      "master_key is empty: give it a value or remove it (only --dev allows an empty key)",
    ])
    expect(load({ ...sources, flags: { dev: true } }).master_key).toBeNull()
  })

  test("no problem ever quotes a secret", () => {
    const secret = "31415926535"
    for (const sources of [
      { file: `master_key: ${secret}` },
      { file: `master_key: [${secret}]` },
      { file: `master_key: ${secret}\nmaster_key: ${secret}` },
      { file: `master_keys: ${secret}` },
      { file: twoNodes.replace("http://", `http://user:${secret}@`) },
      { file: twoNodes.replaceAll(/http:\/\/10.0.0.[12]:7700\/?/g, `http://user:${secret}@one`) },
    ]) {
      const problems = problemsOf(sources)
      expect(problems).not.toEqual([])
      expect(problems.join("\n")).not.toContain(secret)
    }
  })
})

describe("problems", () => {
  test("a misspelt key, variable or flag is refused and the nearest one is named", () => {
    expect(problemsOf({ file: "server: { prot: 1 }" })).toEqual(["server.prot is not a key; did you mean server.port?"])
    expect(problemsOf({ file: "port: 1" })).toEqual(["port is not a key; did you mean server.port?"])
    expect(problemsOf({ file: "helth: { interval_ms: 1 }" })).toEqual(["helth is not a key; did you mean health?"])
    expect(problemsOf({ file: twoNodes.replace("url", "ulr") })).toContain(
      "fleet.groups[0].nodes[0].ulr is not a key; did you mean fleet.groups[0].nodes[0].url?",
    )
    expect(problemsOf({ env: { MIROIR_SERVER__PROT: "1" } })).toEqual([
      "MIROIR_SERVER__PROT is not a setting; did you mean MIROIR_SERVER__PORT?",
    ])
    expect(problemsOf({ flags: { "server.prot": "1" } })).toEqual([
      "--server.prot is not a flag; did you mean --server.port?",
    ])
  })

  test("a key that is like no other is refused and the keys beside it are listed", () => {
    expect(problemsOf({ file: "log: { zzzzzz: 1 }" })).toEqual(["log.zzzzzz is not a key; the keys of log are level"])
  })

  test.each([
    ["server: { port: abc }", 'server.port: expected a whole number from 0 to 65535, got "abc"'],
    ["server: { port: 1.5 }", "server.port: expected a whole number from 0 to 65535, got 1.5"],
    ["server: { port: 65536 }", "server.port: expected a whole number from 0 to 65535, got 65536"],
    [
      "server: 7700",
      "server: expected a group of keys (host, port, payload_limit_bytes, max_requests_in_flight), got 7700",
    ],
    ["fleet: { shards: 0 }", "fleet.shards: expected a whole number of shards from 1 to 16807, got 0"],
    ["fleet: { shards: 16808 }", "fleet.shards: expected a whole number of shards from 1 to 16807, got 16808"],
    ["fleet: { groups: { a: 1 } }", "fleet.groups: expected a list of { id, nodes }, got a group of keys"],
    ["fleet: { groups: [3] }", "fleet.groups[0]: expected a group of keys (id, nodes), got 3"],
    ["fleet: { groups: [{ id: a }] }", "fleet.groups[0].nodes: expected a list of { id, url }, got nothing"],
    [
      "health: { interval_ms: 5s }",
      'health.interval_ms: expected a whole number of milliseconds from 10 to 2147483647, got "5s"',
    ],
    [
      "scatter: { unavailable_shard_policy: fail }",
      'scatter.unavailable_shard_policy: expected one of "partial", "error", got "fail"',
    ],
    ["store: { path: '' }", 'store.path: expected the path of a file, or ":memory:", got ""'],
    ["master_key: 5", "master_key: expected a text that is not empty, got a number"],
    ["log: { level: ~ }", 'log.level: expected one of "trace", "debug", "info", "warn", "error", got null'],
  ])("%s is refused with the key, what was expected and what it got", (file, problem) => {
    expect(problemsOf({ file })).toEqual([problem])
  })

  test("a wrong value of a variable or a flag says where it came from", () => {
    expect(problemsOf({ env: { MIROIR_SERVER__PORT: "0x10" } })).toEqual([
      'server.port: expected a whole number from 0 to 65535, got "0x10" (from MIROIR_SERVER__PORT)',
    ])
    expect(problemsOf({ env: { MIROIR_SERVER__PORT: "1" }, flags: { "server.port": "-1" } })).toEqual([
      "server.port: expected a whole number from 0 to 65535, got -1 (from --server.port)",
    ])
    expect(problemsOf({ env: { MIROIR_FLEET__GROUPS: "[3]" } })[0]).toContain("got 3 (from MIROIR_FLEET__GROUPS)")
    expect(problemsOf({ flags: { "server.port": true } })).toEqual([
      "--server.port needs a value: a whole number from 0 to 65535",
    ])
  })

  test("all problems are told at once", () => {
    const problems = problemsOf({
      file: "server: { prot: 1, port: x }\nnonsense_key: 1",
      env: { MIROIR_LOG__LEVEL: "loud", MIROIR_SERVR__HOST: "h" },
      flags: { bogus: "1" },
    })
    expect(problems).toHaveLength(6)
  })

  test("text that is not YAML is a problem with its line, and so is a key that stands twice", () => {
    expect(problemsOf({ file: "server:\n  port: [1" })[0]).toMatch(/^the configuration file: line \d+, column \d+: /)
    expect(problemsOf({ file: "log: {}\nlog: {}" })[0]).toContain("line 2")
    expect(problemsOf({ file: "- 1" })).toEqual(["the configuration file: expected keys with values at the top"])
    expect(problemsOf({ file: "log: *missing" })[0]).toMatch(/^the configuration file: /)
    expect(load({ file: "# nothing but a comment\n" })).toEqual(load({}))
  })

  test("any text as a file gives a configuration or problems, never an exception", () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom("__proto__: { port: 1 }", "server: { __proto__: 1 }"))
    fc.assert(
      fc.property(text, (file) => {
        const loaded = loadConfig({ ...nothing, file })
        expect(loaded.tag === "config" || loaded.problems.length > 0).toBe(true)
      }),
    )
  })
})

describe("the fleet", () => {
  test("a group with fewer nodes than replicas is refused", () => {
    expect(problemsOf({ file: twoNodes, flags: { "fleet.replication_factor": "2" } })).toEqual([])
    expect(problemsOf({ file: twoNodes, flags: { "fleet.replication_factor": "3" } })).toEqual([
      'fleet.replication_factor is 3, but group "main" has 2 nodes: each replica of a shard needs a node of its own',
    ])
  })

  test("ids of groups and nodes, and URLs of nodes, stand only once in the fleet", () => {
    const group = { id: "g", nodes: [{ id: "a", url: "http://a:1" }] }
    const file = JSON.stringify({ fleet: { groups: [group, { ...group, nodes: [{ id: "a", url: "http://a:1/" }] }] } })
    expect(problemsOf({ file })).toEqual([
      'fleet.groups[1].id: "g" is already taken by fleet.groups[0].id',
      'fleet.groups[1].nodes[0].id: "a" is already taken by fleet.groups[0].nodes[0].id',
      'fleet.groups[1].nodes[0].url: "http://a:1" is already taken by fleet.groups[0].nodes[0].url',
    ])
  })

  test.each([
    "10.0.0.2:7700",
    "localhost:7700",
    "ftp://a",
    "http://",
    "http:a",
    "http://a/path",
    "http://a?b=1",
    "http://a b",
    "http://u:p@a",
  ])("%s is not the URL of a node", (url) => {
    const file = JSON.stringify({ fleet: { groups: [{ id: "g", nodes: [{ id: "a", url }] }] } })
    expect(problemsOf({ file })[0]).toMatch(/^fleet\.groups\[0\]\.nodes\[0\]\.url: /)
  })

  test.each(["http://a", "http://10.0.0.1:7700", "https://node-1.internal:443", "http://[::1]:7700"])(
    "%s is the URL of a node",
    (url) => {
      const file = JSON.stringify({ fleet: { groups: [{ id: "g", nodes: [{ id: "a", url }] }] } })
      expect(load({ file }).fleet.groups[0]?.nodes[0]?.url).toBe(url)
    },
  )

  test("an id that would need escaping in a URL or a label is refused", () => {
    expect(problemsOf({ file: twoNodes.replace("id: a", "id: a/b") })[0]).toContain('got "a/b"')
  })
})
