import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { describe, expect, it } from "vitest"

// What a machine can check of docs/contributing.md, so that reviews can be about something else.

const listed = (...words: ReadonlyArray<string>): ReadonlyArray<string> =>
  execFileSync("git", ["ls-files", ...words], { encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && existsSync(file))
const tracked = listed("--cached")
const folders = new Set(tracked.filter((file) => file.includes("/")).map((file) => file.split("/")[0]))
/** New files count before they are added, but only in our folders: what a CI puts beside them is not ours. */
const untracked = listed("--others", "--exclude-standard").filter((file) => folders.has(file.split("/")[0]))
const files = [...tracked, ...untracked]
const sources = files.filter((file) => file.endsWith(".ts"))
const textOf = (file: string): string => readFileSync(file, "utf8")
const isTest = (file: string): boolean => file.endsWith(".test.ts")

const sourceLinesMax = 300
const testLinesMax = 500
/** Tables, not logic: they grow with what they list. */
const sizeExceptions = new Set<string>([])

const rootEntries = new Set(
  "package.json core adapters sim bench chaos runtime charts docs tsconfig.json README.md CHANGELOG.md LICENSE package-lock.json".split(
    " ",
  ),
)

/** Folders of core in the order in which they may import: each may import those before it, and those of its own line. */
const coreOrder: ReadonlyArray<ReadonlyArray<string>> = [
  ["prelude"],
  ["protocol"],
  ["topology"],
  ["catalogue", "settings"],
  ["filter"],
  ["routing"],
  ["merging", "documents", "tasks", "health", "access", "leases"],
  ["writing", "repair", "tracing"],
  ["ports"],
  ["program"],
]
const rankOf = (folder: string): number => coreOrder.findIndex((line) => line.includes(folder))
const ringsWithEffect = new Set(["ports", "program"])

const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  core: ["core"],
  adapters: ["core", "adapters"],
  sim: ["core", "adapters", "sim"],
  runtime: ["core", "adapters", "sim", "runtime"],
  bench: ["core", "sim", "bench"],
  chaos: ["core", "sim", "runtime", "chaos"],
}

const importsOf = (file: string): ReadonlyArray<string> =>
  [...textOf(file).matchAll(/^(?:import|export)\s[^"']*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gms)].map(
    (match) => match[1] ?? match[2] ?? "",
  )

/** Path of an import of our own, from the root; null for packages. */
const resolved = (file: string, specifier: string): string | null => {
  if (specifier.startsWith("#")) return specifier.slice(1)
  return specifier.startsWith(".") ? normalize(join(dirname(file), specifier)) : null
}

describe("the house", () => {
  it("has nothing at its root but what the architecture names", () => {
    const strangers = new Set(files.map((file) => file.split("/")[0]!).filter((entry) => !entry.startsWith(".")))
    expect([...strangers].filter((entry) => !rootEntries.has(entry))).toEqual([])
  })

  it("has no file above the size at which it should be split by idea", () => {
    const large = sources
      .map((file) => ({ file, lines: textOf(file).split("\n").length - 1 }))
      .filter(({ file, lines }) => lines > (isTest(file) ? testLinesMax : sourceLinesMax) && !sizeExceptions.has(file))
    expect(large).toEqual([])
  })

  it("has no folder or file whose name says nothing", () => {
    const vague = /(^|\/)(test|scripts|src|utils?|helpers?|common|types|index)(\/|\.ts$)/
    expect(files.filter((file) => vague.test(file))).toEqual([])
  })

  it("imports only in the directions that the architecture allows", () => {
    const wrong = sources.flatMap((file) => {
      const allowed = mayImport[file.split("/")[0]!]
      if (allowed === undefined) return []
      return importsOf(file).flatMap((specifier) => {
        const target = resolved(file, specifier)
        if (target === null || allowed.includes(target.split("/")[0]!)) return []
        return [`${file} → ${target}`]
      })
    })
    expect(wrong).toEqual([])
  })

  it("lets the runtime import nothing of the simulator but the model node", () => {
    const wrong = sources
      .filter((file) => file.startsWith("runtime/"))
      .flatMap((file) => importsOf(file).filter((specifier) => /^#sim\/(?!model\/)/.test(specifier)))
    expect(wrong).toEqual([])
  })

  it("keeps the order of the folders of core", () => {
    const inCore = sources.filter((file) => file.startsWith("core/") && !isTest(file))
    expect(inCore.filter((file) => rankOf(file.split("/")[1]!) === -1)).toEqual([])
    const wrong = inCore.flatMap((file) =>
      importsOf(file).flatMap((specifier) => {
        const target = resolved(file, specifier)
        if (target === null || !target.startsWith("core/")) return []
        return rankOf(target.split("/")[1]!) > rankOf(file.split("/")[1]!) ? [`${file} → ${target}`] : []
      }),
    )
    expect(wrong).toEqual([])
  })

  it("writes machines and functions of core without Effect or any other package", () => {
    const wrong = sources
      .filter((file) => file.startsWith("core/") && !isTest(file) && !ringsWithEffect.has(file.split("/")[1]!))
      .flatMap((file) =>
        importsOf(file).flatMap((specifier) => (/^[#.]/.test(specifier) ? [] : [`${file} → ${specifier}`])),
      )
    expect(wrong).toEqual([])
  })

  it("makes no promises instead of code", () => {
    // Written so that this file does not find itself.
    const promise = /TOD[O]|FIXM[E]|not implemente[d]|XXX[:]/
    expect(sources.filter((file) => promise.test(textOf(file)))).toEqual([])
  })

  it("skips no test and focuses on none", () => {
    const soft = /\b(it|test|describe)\.(skip|only|todo)\b/
    expect(sources.filter((file) => isTest(file) && !file.startsWith(".ci/") && soft.test(textOf(file)))).toEqual([])
  })

  it("has no dead link in its documents", () => {
    const dead = files
      .filter((file) => file.endsWith(".md"))
      .flatMap((file) =>
        [...textOf(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
          .map((match) => normalize(join(dirname(file), match[1] ?? "")))
          .filter((target) => !existsSync(target))
          .map((target) => `${file} → ${target}`),
      )
    expect(dead).toEqual([])
  })

  it("names in messages and comments only documents that exist", () => {
    const dead = sources.flatMap((file) =>
      [...textOf(file).matchAll(/docs\/[a-z0-9/-]+\.md/g)]
        .map((match) => match[0])
        .filter((target) => !existsSync(target))
        .map((target) => `${file} → ${target}`),
    )
    expect(dead).toEqual([])
  })
})
