import { LineCounter, parseDocument } from "yaml"

export type ParsedYaml =
  { readonly tag: "value"; readonly value: unknown } | { readonly tag: "problem"; readonly problem: string }

/** YAML 1.2, so also JSON. A key that stands twice is a problem. The text itself is not quoted: it may hold keys. */
export const parseYaml = (text: string): ParsedYaml => {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const [error] = document.errors
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0])
    return { tag: "problem", problem: `line ${line}, column ${col}: ${error.message}` }
  }
  try {
    return { tag: "value", value: document.toJS() }
  } catch (reason) {
    // An alias without its anchor, or so many of them that they look like an attack.
    return { tag: "problem", problem: reason instanceof Error ? reason.message : "it cannot be read" }
  }
}
