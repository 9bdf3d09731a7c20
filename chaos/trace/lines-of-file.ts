import { closeSync, openSync, readSync } from "node:fs"

const lineFeed = 0x0a

/** Lines of a file without their ends, decoded one by one: a text of the whole could not be larger than 512 MB. */
export function* linesOfFile(path: string, chunkBytes = 1024 * 1024): Generator<string> {
  const file = openSync(path, "r")
  try {
    const chunk = Buffer.alloc(chunkBytes)
    let parts: Array<Buffer> = []
    const finishLine = (part: Buffer): string => {
      const line = Buffer.concat([...parts, part]).toString("utf8")
      parts = []
      return line
    }
    for (let bytes = readSync(file, chunk); bytes > 0; bytes = readSync(file, chunk)) {
      const read = chunk.subarray(0, bytes)
      let start = 0
      for (let end = read.indexOf(lineFeed); end !== -1; end = read.indexOf(lineFeed, start)) {
        yield finishLine(read.subarray(start, end))
        start = end + 1
      }
      // The memory of the chunk is used again.
      if (start < bytes) parts.push(Buffer.from(read.subarray(start)))
    }
    yield finishLine(Buffer.alloc(0))
  } finally {
    closeSync(file)
  }
}
