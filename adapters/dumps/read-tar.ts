// Reads a tar archive as a stream: POSIX ustar, GNU's long names and large sizes, and the paths of pax headers. Nothing is held but one block
// and the name of the next file.

export interface TarEntry {
  /** Without a leading `./`. */
  readonly path: string
  readonly bytes: number
  /** The content; what is not read of it is passed over when the next entry is asked for. */
  readonly chunks: AsyncIterable<Buffer>
}

/** The archive ends early, or is none. */
export class BrokenArchive extends Error {
  override readonly name = "BrokenArchive"
}

const blockBytes = 512
/** A name of more bytes is no path of a dump. */
const nameBytesMax = 64 * 1024

export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const input = openInput(source)
  let longName: string | null = null
  for (;;) {
    const header = await input.take(blockBytes)
    if (header === null || header.every((byte) => byte === 0)) return
    const bytes = sizeIn(header)
    const type = String.fromCharCode(header[156] ?? 0)
    if (type === "L" || type === "x" || type === "g") {
      if (bytes > nameBytesMax) throw new BrokenArchive(`a header of ${bytes} bytes`)
      const content = await input.take(bytes)
      await input.skip(paddingOf(bytes))
      if (content === null) throw new BrokenArchive("the archive ends inside a name")
      if (type !== "g") longName = type === "L" ? textOf(content) : (paxPath(content.toString("utf8")) ?? longName)
      continue
    }
    const path = (longName ?? nameIn(header)).replace(/^\.\//, "")
    longName = null
    let left = bytes
    if (type === "0" || type === "\0") {
      yield {
        path,
        bytes,
        chunks: contentOf(
          input,
          () => left,
          (taken) => (left -= taken),
        ),
      }
    }
    await input.skip(left + paddingOf(bytes))
  }
}

interface Input {
  /** Exactly so many bytes; null where the source has ended. */
  readonly take: (bytes: number) => Promise<Buffer | null>
  /** Whatever is there, at most so many bytes. */
  readonly some: (bytesMax: number) => Promise<Buffer | null>
  readonly skip: (bytes: number) => Promise<void>
}

const openInput = (source: AsyncIterable<Uint8Array>): Input => {
  const chunks = source[Symbol.asyncIterator]()
  let rest = Buffer.alloc(0)
  const some = async (bytesMax: number): Promise<Buffer | null> => {
    while (rest.length === 0) {
      const next = await chunks.next()
      if (next.done === true) return null
      rest = Buffer.from(next.value)
    }
    const taken = rest.subarray(0, bytesMax)
    rest = rest.subarray(taken.length)
    return taken
  }
  const take = async (bytes: number): Promise<Buffer | null> => {
    const parts: Array<Buffer> = []
    for (let left = bytes; left > 0;) {
      const part = await some(left)
      if (part === null) return null
      parts.push(part)
      left -= part.length
    }
    return Buffer.concat(parts)
  }
  const skip = async (bytes: number): Promise<void> => {
    for (let left = bytes; left > 0;) {
      const part = await some(left)
      if (part === null) throw new BrokenArchive("the archive ends inside a file")
      left -= part.length
    }
  }
  return { take, some, skip }
}

async function* contentOf(input: Input, left: () => number, taken: (bytes: number) => void): AsyncGenerator<Buffer> {
  while (left() > 0) {
    const part = await input.some(left())
    if (part === null) throw new BrokenArchive("the archive ends inside a file")
    taken(part.length)
    yield part
  }
}

const paddingOf = (bytes: number): number => (blockBytes - (bytes % blockBytes)) % blockBytes

const textOf = (bytes: Buffer): string => {
  const end = bytes.indexOf(0)
  return bytes.toString("utf8", 0, end === -1 ? bytes.length : end)
}

const nameIn = (header: Buffer): string => {
  const prefix = header.toString("latin1", 257, 262) === "ustar" ? textOf(header.subarray(345, 500)) : ""
  const name = textOf(header.subarray(0, 100))
  return prefix === "" ? name : `${prefix}/${name}`
}

const sizeIn = (header: Buffer): number => {
  // A size that does not fit eleven octal digits is binary, marked by the highest bit.
  if (((header[124] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(128))
  const size = Number.parseInt(textOf(header.subarray(124, 136)).trim() || "0", 8)
  if (!Number.isSafeInteger(size)) throw new BrokenArchive("a file without a size: this is no tar archive")
  return size
}

/** Records of a pax header: `<length> path=<value>\n`. */
const paxPath = (text: string): string | null => /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1] ?? null
