import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const folders = new Set<string>()

/** A fresh folder that disappears when this process ends, however it ends (except by SIGKILL). */
export const createTemporaryFolder = (purpose: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `miroir-${purpose}-`))
  folders.add(folder)
  return folder
}

export const removeTemporaryFolder = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  folders.delete(folder)
}

/** Called last at exit, after the programs that write into the folders are dead. */
export const removeTemporaryFolders = (): void => {
  for (const folder of folders) removeTemporaryFolder(folder)
}
