import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import { explainJson, explainNdjson } from "./explain-payload.ts"
import { splitPayload, type SplitPayload } from "./split-payload.ts"

const space = fc.constantFrom("", "", " ", "\n", "\t\r\n ")

/** JSON text of a value, with whitespace and escapes as a client may write them. */
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("null", "true", "false", "0", "-1.5e-7", "12345678901234567890123", "1.10", "[]", "{ }"),
    fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => JSON.stringify(text)),
    fc.constantFrom('"\\u00e9\\/"', '"\\ud83d\\ude00"', '"}],{"', '"\\\\"', '"東京 Ärger"'),
    fc
      .tuple(fc.array(tie("value"), { minLength: 1, maxLength: 3 }), space)
      .map(([items, gap]) => `[${gap}${items.join(`${gap},`)}]`),
    fc.tuple(tie("value"), space).map(([inner, gap]) => `{${gap}"n"${gap}:${gap}${inner}${gap}}`),
  ),
}))

/** A document and its id. */
const document = fc
  .record({ id: fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/), before: value, after: value, gap: space })
  .map(({ id, before, after, gap }) => ({
    id,
    text: `{${gap}"b"${gap}:${before},"key"${gap}:${gap}"${id}",${gap}"a":${after}${gap}}`,
  }))

const split = (text: string, tag: "json" | "ndjson"): SplitPayload => {
  const result = splitPayload(encodeUtf8(text), { tag }, "key")
  if (result.tag === "refused") throw new Error(result.error.message)
  return result.payload
}

const slices = ({ bytes, starts, ends }: SplitPayload): ReadonlyArray<string> =>
  Array.from(starts, (start, index) => decodeUtf8(bytes.subarray(start, ends[index])))

describe("splitPayload", () => {
  it("cuts a list and NDJSON into the very texts that went in", () => {
    fc.assert(
      fc.property(fc.array(document, { maxLength: 6 }), space, (documents, gap) => {
        const texts = documents.map(({ text }) => text)
        const list = split(`${gap}[${gap}${texts.join(`${gap},${gap}`)}${gap}]${gap}`, "json")
        const lines = split(`${texts.join(gap)}\n`, "ndjson")
        for (const payload of [list, lines]) {
          expect(slices(payload)).toStrictEqual(texts)
          expect(payload.ids).toStrictEqual(documents.map(({ id }) => id))
          expect(payload.count).toBe(documents.length)
          expect(payload.distinctIds).toBe(new Set(payload.ids).size)
          expect(payload.verdict).toBeNull()
        }
      }),
    )
  })

  it("accepts exactly what the exact reader accepts", () => {
    const scraps = [
      "",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "\\",
      "0",
      "-",
      ".",
      "e9",
      "t",
      " ",
      "\n",
      "\u0001",
      "\u0000",
    ]
    const damaged = fc
      .tuple(
        fc.array(document, { maxLength: 2 }),
        fc.nat(),
        fc.nat(2),
        fc.constantFrom(...scraps, "é", "\\ud800", "1e999", ",}"),
      )
      .map(([documents, place, removed, scrap]) => {
        const text = documents.map((item) => item.text).join(",")
        const at = place % (text.length + 1)
        return text.slice(0, at) + scrap + text.slice(at + removed)
      })
    const cutOff = fc.tuple(damaged, fc.nat(), fc.boolean()).map(([text, place, cut]) => {
      const bytes = encodeUtf8(`[${text}]`)
      return cut ? bytes.subarray(0, 1 + (place % bytes.length)) : bytes
    })
    fc.assert(
      fc.property(cutOff, (bytes) => {
        const lines = bytes.subarray(1, -1)
        expect(refusal(bytes, "json")).toStrictEqual(explainJson(bytes))
        if (lines.length === 0) return
        expect(refusal(lines, "json")).toStrictEqual(explainJson(lines))
        expect(refusal(lines, "ndjson")).toStrictEqual(explainNdjson(lines))
      }),
      { numRuns: 2000 },
    )
  })

  it("finds a number beyond a double that is long and has an exponent of two digits", () => {
    const object = encodeUtf8(`{"key":1,"a":${"9".repeat(250)}e99}`)
    expect(refusal(object, "json")).toStrictEqual(explainJson(object))
    expect(refusal(object, "json")).not.toBeNull()
  })

  it("leaves the client's bytes as they were", () => {
    const bytes = encodeUtf8('[{"id":1,"id":2}]')
    const before = decodeUtf8(bytes)
    splitPayload(bytes, { tag: "json" }, "id")
    expect(decodeUtf8(bytes)).toBe(before)
  })

  it("reads a payload that stands anywhere inside a larger buffer", () => {
    const text = encodeUtf8('[{"id":1,"a":"some text that is longer than a word"}]')
    for (let offset = 0; offset < 9; offset++) {
      const buffer = new Uint8Array(text.length + 16).fill(0x22)
      buffer.set(text, offset)
      const result = splitPayload(buffer.subarray(offset, offset + text.length), { tag: "json" }, null)
      expect(result).toMatchObject({ tag: "split", payload: { count: 1, ids: ["1"] } })
    }
  })

  it("ignores what stands behind a list, as the engine does", () => {
    expect(split('[{"key":1}] garbage', "json")).toMatchObject({ count: 1, ids: ["1"] })
  })

  it("finds a special byte at every place of a string, whatever stands around it", () => {
    for (let before = 0; before < 12; before++) {
      for (let after = 0; after < 12; after++) {
        const around = (special: string): string =>
          `[{"key":"k","a":"${"x".repeat(before)}${special}${"x".repeat(after)}"}]`
        for (const good of ["", '\\"', "\\\\", "\\n", "é", "東", "😀", "\u007f", "\\u00e9"]) {
          expect(split(around(good), "json").count).toBe(1)
        }
        for (const bad of ['"', "\n", "\u0000", "\u001f", "\\x", "\\u12"]) {
          expect(refusal(encodeUtf8(around(bad)), "json")?.code).toBe("malformed_payload")
        }
      }
    }
  })
})

describe("a reserved name", () => {
  it.each([
    ['[{"id":1},{"id":2,"_miroir_shard":1}]', "_miroir_shard", 2],
    ['[{"id":1,"\\u005fmiroir_x":1}]', "_miroir_x", 1],
    ['[{"x":1,"_miroir_":1}]', "_miroir_", 1],
    ['{"_miroir_version":1}', "_miroir_version", 1],
  ])("is refused with its document: %s", (text, name, number) => {
    expect(splitPayload(encodeUtf8(text), { tag: "json" }, null)).toMatchObject({
      tag: "refused",
      error: {
        code: "miroir_reserved_field",
        message: `Document ${number} has the field \`${name}\`: names that begin with \`_miroir_\` are reserved.`,
      },
    })
  })

  it("is refused in a CSV header", () => {
    const result = splitPayload(encodeUtf8("id,_miroir_shard\n1,2\n"), { tag: "csv", delimiter: "," }, null)
    expect(result).toMatchObject({ tag: "refused", error: { code: "miroir_reserved_field" } })
  })

  it.each([
    '[{"id":1,"a":{"_miroir_shard":1}}]',
    '[{"id":1,"a":"_miroir_shard"}]',
    '[{"id":1,"_miroir":1,"x_miroir_":2}]',
  ])("is no matter below the top level or elsewhere: %s", (text) => {
    expect(splitPayload(encodeUtf8(text), { tag: "json" }, null)).toMatchObject({ tag: "split" })
  })

  it("matters less than a mistake further on", () => {
    const result = splitPayload(encodeUtf8('[{"id":1,"_miroir_shard":1},]'), { tag: "json" }, null)
    expect(result).toMatchObject({ tag: "refused", error: { code: "malformed_payload" } })
  })
})

const refusal = (bytes: Uint8Array, tag: "json" | "ndjson"): { readonly code: string } | null => {
  const result = splitPayload(bytes, { tag }, "key")
  return result.tag === "refused" ? result.error : null
}
