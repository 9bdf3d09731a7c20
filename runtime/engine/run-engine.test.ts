import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Exit, Scope } from "effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import { freePort, isPortFree } from "./free-port.ts"
import { runEngine, type EngineOptions } from "./run-engine.ts"

let directory = ""
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "run-engine-"))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** A program that behaves like an engine as far as starting and ending go. */
const fakeEngine = (serve: string): string => {
  const path = join(directory, "engine.cjs")
  writeFileSync(
    path,
    `#!${process.execPath}
const address = process.argv.find((argument) => argument.startsWith("--http-addr=")).slice(12).split(":")
const listen = (answer) => require("node:http").createServer(answer).listen(Number(address[1]), address[0])
console.log("key", process.env.MEILI_MASTER_KEY, process.env.MEILI_LOG_LEVEL, process.argv.includes("secret"))
${serve}
`,
  )
  chmodSync(path, 0o755)
  return path
}

const options = async (serve: string, more: Partial<EngineOptions> = {}): Promise<EngineOptions> => ({
  binary: fakeEngine(serve),
  dataDirectory: join(directory, "data"),
  port: await freePort(),
  masterKey: null,
  logFile: join(directory, "engine.log"),
  ...more,
})

const healthy = `listen((request, response) => response.end("{}"))`

test("an engine answers when it is ready, gets its key by its environment, and is gone when the scope closes", async () => {
  const scope = Effect.runSync(Scope.make())
  const given = await options(healthy, { masterKey: "secret" })
  const engine = await Effect.runPromise(Scope.provide(runEngine(given), scope))
  expect((await fetch(`${engine.url}/health`)).status).toBe(200)
  expect(process.kill(engine.pid, 0)).toBe(true)
  await Effect.runPromise(Scope.close(scope, Exit.void))
  expect(await Effect.runPromise(engine.exited)).toEqual({ code: null, signal: "SIGTERM" })
  expect(() => process.kill(engine.pid, 0)).toThrow(/ESRCH/)
  expect(await isPortFree(given.port)).toBe(true)
  expect(readFileSync(given.logFile, "utf8")).toContain("key secret undefined false")
})

test("an engine that ends by itself is noticed", async () => {
  const given = await options(`${healthy}; process.on("SIGUSR2", () => process.exit(7))`)
  const exited = Effect.gen(function* () {
    const engine = yield* runEngine(given)
    process.kill(engine.pid, "SIGUSR2")
    return yield* engine.exited
  })
  expect(await Effect.runPromise(Effect.scoped(exited))).toEqual({ code: 7, signal: null })
})

test("an engine that ends before it answers fails with what it printed", async () => {
  const given = await options(`console.log("your data is of another version"); process.exit(3)`)
  const failure = await Effect.runPromise(Effect.flip(Effect.scoped(runEngine(given))))
  expect(failure.message).toMatch(
    /it ended \(code 3\) before it answered\n.*engine\.log:\n[^]*your data is of another version/,
  )
})

test("an engine that never becomes healthy fails at the deadline and is ended", async () => {
  const pidFile = join(directory, "pid")
  const serve = `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))
listen((request, response) => response.writeHead(500).end())`
  const given = await options(serve, { startDeadlineMs: 1_500 })
  const failure = await Effect.runPromise(Effect.flip(Effect.scoped(runEngine(given))))
  expect(failure.message).toContain("GET /health was not answered with 200 within 1500 ms")
  if (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, "utf8"))
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
  }
})

test("a taken port is named before anything is started", async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
  const { port } = other.address() as { port: number }
  const failure = await Effect.runPromise(Effect.flip(Effect.scoped(runEngine(await options(healthy, { port })))))
  expect(failure.message).toBe(`port ${port} on 127.0.0.1 is taken by another process`)
  await new Promise((resolve) => other.close(resolve))
})

test("a program that cannot be run fails with its path", async () => {
  const failure = await Effect.runPromise(
    Effect.flip(Effect.scoped(runEngine(await options(healthy, { binary: "/nowhere/meilisearch" })))),
  )
  expect(failure.message).toMatch(/^\/nowhere\/meilisearch cannot be run: /)
})
