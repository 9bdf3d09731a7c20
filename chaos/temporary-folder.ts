import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const folders = new Set<string>()

/** A fresh folder that disappears when this process ends, however it ends (except by SIGKILL). */
export const createTemporaryFolder = (purpose: string): string => {
  removeAtExit()
  const folder = mkdtempSync(join(tmpdir(), `miroir-${purpose}-`))
  folders.add(folder)
  return folder
}

export const removeTemporaryFolder = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  folders.delete(folder)
}

let isRegistered = false

/** Signals end this process by `exit`, whose handlers run synchronously. */
const removeAtExit = (): void => {
  if (isRegistered) return
  isRegistered = true
  process.on("exit", () => {
    for (const folder of folders) removeTemporaryFolder(folder)
  })
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => process.exit(signal === "SIGINT" ? 130 : 143))
  }
}
