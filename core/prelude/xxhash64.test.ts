import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import xxhash from "xxhash-wasm"
import { hashBytes, hashTerminatedText, hashText, makeHash64 } from "./xxhash64.ts"

const oracle = await xxhash()
const encoder = new TextEncoder()
const hash = makeHash64()

const value = (): bigint => (BigInt(hash[0]!) << 32n) | BigInt(hash[1]!)
const ofText = (text: string): bigint => (hashText(text, hash), value())
const ofTerminated = (text: string): bigint => (hashTerminatedText(text, hash), value())
const ofBytes = (bytes: Uint8Array, start?: number, end?: number): bigint => (
  hashBytes(bytes, hash, start, end),
  value()
)

const anyText = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 80 }),
  // Arbitrary code units, so lone surrogates too.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
)

describe("xxHash64", () => {
  test("any text hashes like its UTF-8 bytes in the reference implementation", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(ofText(text)).toBe(oracle.h64Raw(encoder.encode(text)))
      }),
      { numRuns: 2000 },
    )
  })

  test("a terminated text hashes like its UTF-8 bytes and 0xFF", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(ofTerminated(text)).toBe(oracle.h64Raw(Uint8Array.of(...encoder.encode(text), 0xff)))
      }),
      { numRuns: 2000 },
    )
  })

  test("any range of bytes hashes like a copy of it in the reference implementation", () => {
    const ranges = fc
      .tuple(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(200))
      .map(([bytes, first, second]) => {
        const [start, end] = [Math.min(first, second), Math.max(first, second)]
        return { bytes, start: Math.min(start, bytes.length), end: Math.min(end, bytes.length) }
      })
    fc.assert(
      fc.property(ranges, ({ bytes, start, end }) => {
        expect(ofBytes(bytes, start, end)).toBe(oracle.h64Raw(bytes.slice(start, end)))
      }),
      { numRuns: 2000 },
    )
  })

  test("every length around the borders of words, stripes and chunks agrees with the reference implementation", () => {
    const lengths = [...Array(1100).keys(), 2047, 2048, 2049, 2080, 4095, 4096, 4097, 10_000]
    for (const length of lengths) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 167 + length * 13) & 0xff)
      expect(ofBytes(bytes), `${length} bytes`).toBe(oracle.h64Raw(bytes))
      const text = Array.from(bytes, (byte) => String.fromCharCode(byte & 0x7f)).join("")
      expect(ofText(text), `text of ${length} characters`).toBe(oracle.h64Raw(encoder.encode(text)))
      const terminated = Uint8Array.of(...encoder.encode(text), 0xff)
      expect(ofTerminated(text), `terminated text of ${length} characters`).toBe(oracle.h64Raw(terminated))
    }
  })

  test("one long input leaves nothing behind that changes the next short one", () => {
    const before = ofText("user:123")
    ofBytes(new Uint8Array(5000).fill(0xff))
    expect(ofText("user:123")).toBe(before)
  })

  test("the published hashes of known inputs", () => {
    expect(ofText("")).toBe(0xef46db3751d8e999n)
    expect(ofText("a")).toBe(0xd24ec4f1a98c6e5bn)
    expect(ofText("abc")).toBe(0x44bc2cf5ad770999n)
  })
})
