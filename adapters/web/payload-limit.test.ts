import { randomBytes } from "node:crypto"
import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { compressedBytesMax, printBytes } from "./payload-limit.ts"

test.each([
  [999, "999 B"],
  [2_048, "2 KiB"],
  [100_000, "100 KB"],
  [1_234_567, "1.234567 MB"],
  [1_500_000, "1.5 MB"],
  [1_536_000, "1.46484375 MiB"],
  [100_000_000, "100 MB"],
  [104_857_600, "100 MiB"],
])("Meilisearch prints a limit of %d bytes as %s", (bytes, printed) => {
  expect(printBytes(bytes)).toBe(printed)
})

test("no body within the limit is refused because compressing made it larger", () => {
  for (const bytes of [0, 1, 100, 70_000, 1_000_000]) {
    const incompressible = randomBytes(bytes)
    for (const compressed of [
      gzipSync(incompressible, { level: 0 }),
      gzipSync(incompressible),
      deflateSync(incompressible, { level: 0 }),
      brotliCompressSync(incompressible, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    ]) {
      expect(compressed.length).toBeLessThanOrEqual(compressedBytesMax(bytes))
    }
  }
})
