import { type FileHandle, open } from "node:fs/promises"
import { Data, Effect, type Scope } from "effect"
import type { TraceEnd, TraceGap, TraceHeader, TraceLine } from "#core/tracing/trace-line.ts"

/** The file cannot be written; the message says why. */
export class TraceNotOpened extends Data.TaggedError("TraceNotOpened")<{ readonly message: string }> {}

export interface TraceWriter {
  /** Keeps a line until it can be written, or counts it as dropped. `bytes`: about what it holds in memory; `encode` runs later. */
  readonly write: (bytes: number, encode: () => TraceLine) => void
}

export interface TraceWriterOptions {
  readonly path: string
  /** What may wait for the disk. */
  readonly bufferBytesMax: number
  /** Where the file would become larger, the trace ends. */
  readonly fileBytesMax: number
  /** Called once at most: the disk refused, or the file is as large as it may be. */
  readonly onProblem: (reason: string) => void
}

/** Bytes of lines that are made and written at a time: enough for the disk, and other requests are answered in between. */
const batchBytes = 256 * 1024

/**
 * Appends lines to a file until the scope closes. Nothing waits for it: a request hands over what it has and goes on; lines are made
 * and written one batch at a time. What does not fit into the buffer is dropped, and a line says how much.
 */
export const openTraceWriter = (
  options: TraceWriterOptions,
  header: TraceHeader,
): Effect.Effect<TraceWriter, TraceNotOpened, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.tryPromise({
        try: async () => openQueue(await open(options.path, "a+", ownerOnly), options),
        catch: (error) =>
          new TraceNotOpened({
            message: `the trace cannot be written to ${options.path}: ${error instanceof Error ? error.message : String(error)}`,
          }),
      }),
      (queue) => Effect.promise(queue.close),
    ),
    ({ write }) => {
      write(free, () => header)
      return { write }
    },
  )

/** A trace holds what users asked for. */
const ownerOnly = 0o600
/** Lines of the writer's own always find room: without them the others mean nothing. */
const free = 0

interface Waiting {
  readonly bytes: number
  readonly encode: () => TraceLine
}

const openQueue = async (file: FileHandle, { bufferBytesMax, fileBytesMax, onProblem }: TraceWriterOptions) => {
  const waiting: Array<Waiting> = []
  let waitingBytes = 0
  let dropped = 0
  let fileBytes = (await file.stat()).size
  if (!(await endsWithLine(file, fileBytes))) {
    await file.appendFile("\n")
    fileBytes++
  }
  let isOver = false
  let writing: Promise<void> | null = null

  const write = (bytes: number, encode: () => TraceLine): void => {
    if (isOver) return
    if (waitingBytes + bytes > bufferBytesMax) return void dropped++
    if (dropped > 0) put(free, gapOf(dropped))
    dropped = 0
    put(bytes, encode)
    writing ??= drain()
  }
  const put = (bytes: number, encode: () => TraceLine): void => {
    waiting.push({ bytes, encode })
    waitingBytes += bytes
  }
  const end = (line: TraceEnd, problem: string | null): string => {
    isOver = true
    waiting.length = 0
    if (problem !== null) onProblem(problem)
    return `${JSON.stringify(line)}\n`
  }
  /** The next lines as text, and what they held in memory: it is given back when they are on the disk. */
  const takeBatch = (): { readonly text: string; readonly heldBytes: number } => {
    let text = ""
    let heldBytes = 0
    while (waiting.length > 0 && heldBytes < batchBytes) {
      const next = waiting.shift()!
      heldBytes += next.bytes
      const line = encoded(next)
      fileBytes += Buffer.byteLength(line)
      if (fileBytes <= fileBytesMax || next.bytes === free) text += line
      else text += end({ end: "file-limit" }, "the trace has become as large as it may be: nothing more is recorded")
    }
    return { text, heldBytes }
  }
  const drain = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        await nextTurn()
        const { text, heldBytes } = takeBatch()
        await file.appendFile(text)
        waitingBytes -= heldBytes
      }
    } catch (error) {
      end({ end: "stopped" }, `the trace cannot be written any more: ${String(error)}`)
    }
    writing = null
  }
  const close = async (): Promise<void> => {
    await writing
    if (!isOver) {
      const gap = dropped > 0 ? `${JSON.stringify(gapOf(dropped)())}\n` : ""
      await file.appendFile(gap + end({ end: "stopped" }, null)).catch(() => {})
    }
    await file.close()
  }
  return { write, close }
}

/** False where a run that was killed, or a full disk, has left half a line: nothing of this run may be glued to it. */
const endsWithLine = async (file: FileHandle, bytes: number): Promise<boolean> => {
  if (bytes === 0) return true
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, bytes - 1)
  return buffer.toString() === "\n"
}

/** A line that cannot be made is missing like one that found no room, and harms no other. */
const encoded = ({ encode }: Waiting): string => {
  try {
    return `${JSON.stringify(encode())}\n`
  } catch {
    return `${JSON.stringify(gapOf(1)())}\n`
  }
}

const gapOf = (dropped: number) => (): TraceGap => ({ dropped })

/** After the requests that can be answered at once. */
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
