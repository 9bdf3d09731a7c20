import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { encodeVersion } from "#core/protocol/hidden-fields.ts"
import { unwrapEditMessage, wrapEditFunction } from "./edit-function.ts"

const scriptOf = (text: string): string => {
  const wrapped = wrapEditFunction(text, 7)
  if (wrapped.tag !== "wrapped") throw new Error(`cannot be wrapped: ${text}`)
  return wrapped.script
}

/** The text that the script evaluates. */
const evaluatedIn = (script: string): string => JSON.parse(/^eval\((".*")\);$/m.exec(script)?.[1] ?? "null") as string

describe("wrapEditFunction", () => {
  it("takes the hidden fields out before the client's text runs, and puts them back after it", () => {
    expect(scriptOf("doc.a += 1").split("\n")).toEqual([
      "          ",
      "if false { doc.a += 1",
      "}",
      'let _miroir_kept = doc.remove("_miroir_shard"); doc.remove("_miroir_version");',
      'eval("doc.a += 1");',
      `if type_of(doc) == "map" { doc._miroir_shard = _miroir_kept; doc._miroir_version = "${encodeVersion(7)}"; }`,
    ])
  })

  it("puts each character of the text at its own place, into the functions or into what is evaluated", () => {
    const part = fc.constantFrom(
      "doc.a = 1;\n",
      "fn f(x) { if x { return 1 } `}${f({1})}` }\n",
      'let s = "fn g() { }\\"}";\n',
      "// fn h() {\n",
      "/* fn i() { /* } */ */",
      "let c = '}';\n",
      "private fn j() { 1 }\n",
      "  ",
      "\n",
    )
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        const text = parts.join("")
        const script = scriptOf(text)
        const functions = script.slice(0, text.length)
        const evaluated = evaluatedIn(script)
        const anchor = evaluated.length - text.length
        expect(anchor === 0 || anchor === 1).toBe(true)
        for (let index = 0; index < text.length; index++) {
          const inFunctions = functions[index]
          const inRest = evaluated[index + anchor]
          const isKept = inFunctions === text[index] || inRest === text[index] || (index === 0 && /\s/.test(text[0]!))
          expect(isKept, `${index} of ${JSON.stringify(text)}`).toBe(true)
        }
        expect(functions.match(/fn [a-z]/g)?.length ?? 0).toBe(parts.filter((one) => /^(private )?fn/.test(one)).length)
        expect(/^\s/.test(evaluated)).toBe(false)
      }),
    )
  })

  it("keeps a text with closures as it is, one line lower, unless it returns", () => {
    expect(scriptOf("let f = |x| x + 1;\ndoc.a = f.call(1)").split("\n").slice(1, 3)).toEqual([
      "let f = |x| x + 1;",
      "doc.a = f.call(1)",
    ])
    expect(wrapEditFunction("let f = |x| { return x };", 1)).toEqual({ tag: "cannot-be-wrapped" })
    expect(wrapEditFunction("doc.a = [1].map(|| 2); return", 1)).toEqual({ tag: "cannot-be-wrapped" })
  })

  it.each([
    "if doc.a || doc.b { return }",
    "doc.a = doc.b | 3; return",
    'doc.a = "|x|"; return',
    "doc.a = f(1) || g(2); return",
  ])("takes an operator for no closure: %s", (text) => expect(evaluatedIn(scriptOf(text))).toBe(text))
})

describe("unwrapEditMessage", () => {
  it("names the client's own positions", () => {
    const inEval =
      "Function not found: nope (map) (line 1, position 5)\nin call to function 'eval' (line 5, position 6)"
    expect(unwrapEditMessage(inEval, "doc.nope()")).toBe("Function not found: nope (map) (line 1, position 5)")
    const lower = "Function not found: nope (i64) (line 3, position 5)"
    expect(unwrapEditMessage(lower, "let f = |x| x;\ndoc.nope(1)")).toBe(
      "Function not found: nope (i64) (line 2, position 5)",
    )
  })
})
