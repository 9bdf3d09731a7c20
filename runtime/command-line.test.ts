import { describe, expect, it } from "vitest"
import { parseCommandLine } from "./command-line.ts"

describe("the command line of a proxy", () => {
  it("sets keys with --name value and with --name=value", () => {
    expect(parseCommandLine(["--config", "a.yaml", "--server.port", "7701", "--log.level=warn", "--dev"])).toEqual({
      tag: "parsed",
      line: {
        command: "run",
        configFile: "a.yaml",
        flags: { "server.port": "7701", "log.level": "warn", dev: true },
      },
    })
  })

  it("says what is wrong with a word that is no flag, and with a flag that lacks its value", () => {
    expect(parseCommandLine(["start"])).toMatchObject({ tag: "wrong", problem: expect.stringContaining('"start"') })
    expect(parseCommandLine(["--server.port"])).toMatchObject({ tag: "wrong", problem: "--server.port needs a value" })
  })

  it("knows the commands that only look", () => {
    for (const command of ["check-config", "print-config", "help"])
      expect(parseCommandLine([`--${command}`])).toMatchObject({ tag: "parsed", line: { command } })
  })
})
