// The little of the tar format (POSIX ustar with GNU's extensions for long names and large files) that an archive of plain files needs.

const blockBytes = 512
/** Longest name that fits a header; a longer one stands in an entry of its own before. */
const nameBytesMax = 100
/** Eleven octal digits. A larger size is written as a binary number, as GNU tar does. */
const octalSizeMax = 8 ** 11 - 1

/** The header of a file, to be followed by its bytes and `paddingOf`; a path that ends with a slash is a folder. `seconds` since 1970. */
export const tarHeader = (path: string, bytes: number, seconds: number): Buffer => {
  const name = Buffer.from(path)
  const type = path.endsWith("/") ? "5" : "0"
  if (name.length <= nameBytesMax) return header(name, bytes, seconds, type)
  const longName = Buffer.concat([name, Buffer.alloc(1)])
  return Buffer.concat([
    header(Buffer.from("././@LongLink"), longName.length, 0, "L"),
    longName,
    paddingOf(longName.length),
    header(name.subarray(0, nameBytesMax), bytes, seconds, type),
  ])
}

/** Files are filled up to whole blocks. */
export const paddingOf = (bytes: number): Buffer => Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes)

/** Two empty blocks. */
export const tarEnd = Buffer.alloc(2 * blockBytes)

const header = (name: Buffer, bytes: number, seconds: number, type: "0" | "5" | "L"): Buffer => {
  const block = Buffer.alloc(blockBytes)
  name.copy(block, 0)
  block.write(type === "5" ? "0000755\0" : "0000644\0", 100)
  block.write("0000000\0", 108)
  block.write("0000000\0", 116)
  writeSize(block, bytes)
  block.write(`${seconds.toString(8).padStart(11, "0")}\0`, 136)
  block.write("        ", 148)
  block.write(type, 156)
  block.write("ustar\u000000", 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148)
  return block
}

const writeSize = (block: Buffer, bytes: number): void => {
  if (bytes <= octalSizeMax) {
    block.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124)
    return
  }
  block[124] = 0x80
  block.writeBigUInt64BE(BigInt(bytes), 128)
}
