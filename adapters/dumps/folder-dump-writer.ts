import { createReadStream, createWriteStream } from "node:fs"
import { appendFile, mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { createGzip } from "node:zlib"
import { Effect, Layer } from "effect"
import { type DumpArchive, DumpNotWritten, DumpWriter } from "#core/ports/dump-writer.ts"
import { paddingOf, tarEnd, tarHeader } from "./tar-entry.ts"

/**
 * Writes dumps to a folder, which is made when the first dump is. Entries are collected in files beside the dump, because tar wants to
 * know the size of a file before its bytes; so a dump needs room for its uncompressed documents while it is written.
 */
export const folderDumpWriterLayer = (folder: string) =>
  Layer.succeed(DumpWriter, { open: (dumpUid) => openArchive(folder, dumpUid) })

const openArchive = (folder: string, dumpUid: string) =>
  Effect.map(
    Effect.acquireRelease(
      attempt(async () => {
        await mkdir(folder, { recursive: true })
        await removeLeftovers(folder)
        return mkdtemp(join(folder, `.${dumpUid}-`))
      }),
      // A file of a broken dump that cannot be removed harms nobody.
      (workshop) => Effect.promise(() => rm(workshop, { recursive: true, force: true }).catch(() => {})),
    ),
    (workshop): DumpArchive => {
      const files = new Map<string, string>()
      return {
        append: (path, text) =>
          attempt(async () => {
            const file = files.get(path) ?? join(workshop, `${files.size}`)
            files.set(path, file)
            await appendFile(file, text)
          }),
        finish: attempt(() => pack(files, join(workshop, "dump"), join(folder, `${dumpUid}.dump`))),
      }
    },
  )

/** Workshops of a proxy that was killed. One that is in use was touched a moment ago. */
const removeLeftovers = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (!leftover.test(name)) continue
    const { mtimeMs } = await stat(join(folder, name))
    if (Date.now() - mtimeMs > leftoverAgeMs) await rm(join(folder, name), { recursive: true, force: true })
  }
}

const leftover = /^\.\d{8}-\d{9}-\w{6}$/
/** A whole dump takes less. */
const leftoverAgeMs = 86_400_000

/** The name appears when the archive is complete and on the disk. */
const pack = async (files: ReadonlyMap<string, string>, unfinished: string, finished: string): Promise<void> => {
  await pipeline(Readable.from(tarOf(files)), createGzip({ level: compressionLevel }), createWriteStream(unfinished))
  const handle = await open(unfinished, "r+")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(unfinished, finished)
}

/** Level 6 would halve the speed for archives that are some percent smaller. */
const compressionLevel = 3

async function* tarOf(files: ReadonlyMap<string, string>): AsyncGenerator<Uint8Array> {
  for (const [path, file] of files) {
    const { size, mtimeMs } = await stat(file)
    yield tarHeader(path, size, Math.floor(mtimeMs / 1000))
    if (size > 0) for await (const chunk of createReadStream(file)) yield chunk as Uint8Array
    const padding = paddingOf(size)
    if (padding.length > 0) yield padding
  }
  yield tarEnd
}

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, DumpNotWritten> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new DumpNotWritten({ reason: error instanceof Error ? error.message : String(error) }),
  })
