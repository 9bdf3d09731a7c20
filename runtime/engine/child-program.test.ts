import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { startProgram } from "./child-program.ts"
import { freePort } from "./free-port.ts"

let directory = ""
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "child-program-"))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const plan = (script: string) => ({
  command: process.execPath,
  arguments: ["-e", script],
  folder: directory,
  logFile: join(directory, "log.txt"),
  hasOwnGroup: true,
})

test("a program that is started again goes on with the log of its first life", async () => {
  for (const life of ["first", "second"]) {
    const program = await startProgram(plan(`console.log("${life} life"); process.exitCode = 4`))
    expect(await program.exited).toEqual({ code: 4, signal: null })
    expect(program.exit()).toEqual({ code: 4, signal: null })
    await program.end("SIGKILL")
  }
  expect(readFileSync(join(directory, "log.txt"), "utf8")).toBe("first life\nsecond life\n")
})

test("a process that ends takes its programs along", async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const serve = `process.on("SIGTERM", () => {}); require("node:http").createServer((_, answer) => answer.end()).listen(${port}, "127.0.0.1")`
  const outer = `
    import { awaitHealth } from ${JSON.stringify(join(import.meta.dirname, "await-health.ts"))}
    import { startProgram } from ${JSON.stringify(join(import.meta.dirname, "child-program.ts"))}
    await awaitHealth("the program", "${url}", await startProgram(${JSON.stringify(plan(serve))}))
    process.stdout.write("ready")
    process.stdin.once("data", () => process.exit(0))`
  const parent = spawn(process.execPath, ["--input-type=module", "-e", outer], { stdio: ["pipe", "pipe", "inherit"] })
  await once(parent.stdout, "data")
  const socket = connect(port, "127.0.0.1")
  await once(socket, "connect")
  socket.on("error", () => {})
  const closed = new Promise((resolve) => socket.once("close", resolve))
  parent.stdin.write("end")
  expect(await once(parent, "exit")).toEqual([0, null])
  // Nothing but the death of the program closes, or resets, this connection.
  await closed
})
