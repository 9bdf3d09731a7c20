import { encodeVersion, reservedPrefix, shardField, versionField } from "#core/protocol/hidden-fields.ts"

/*
 * The function of an edition runs on every document of a node, and what it leaves of the document is stored. It must neither see the hidden
 * fields (`doc.keys()`) nor lose them (`doc = #{…}`): a document without its shard is found by nobody.
 *
 * So the script that nodes get takes the fields out, runs the client's text by `eval`, and puts them back. `eval` matters: a `return` at the
 * top of the client's text ends the eval and not the script. Rhai refuses definitions of functions inside an eval, so those stay outside, where
 * the client wrote them: each character keeps its place in one of the two texts, and errors at run time name the client's own positions.
 * Dead code holds the text once more, so that a node refuses what does not compile before it takes the task.
 *
 * A text with closures cannot be evaluated: it stands in the script as it is, one line lower. It may then not return, wherever that stands.
 * Source: Meilisearch v1.21.0, measured.
 */

export type EditFunction =
  | { readonly tag: "wrapped"; readonly script: string }
  /** It could end before the hidden fields are back. */
  | { readonly tag: "cannot-be-wrapped" }

/** The client's function as nodes get it: every document that it leaves carries `version` and the shard that it had. */
export const wrapEditFunction = (text: string, version: number): EditFunction => {
  const before = `let ${keptShard} = doc.remove("${shardField}"); doc.remove("${versionField}");`
  const after = `if type_of(doc) == "map" { doc.${shardField} = ${keptShard}; doc.${versionField} = "${encodeVersion(version)}"; }`
  if (hasClosure(text)) {
    if (/\breturn\b/.test(text)) return { tag: "cannot-be-wrapped" }
    return { tag: "wrapped", script: [before, text, `;${after}`].join("\n") }
  }
  const { functions, rest } = splitFunctions(text)
  const evaluated = `eval(${printRhaiString(anchored(rest))});`
  return { tag: "wrapped", script: [functions, `if false { ${rest}\n}`, before, evaluated, after].join("\n") }
}

/** A message about the script as one about the client's own text. */
export const unwrapEditMessage = (message: string, text: string): string =>
  hasClosure(text)
    ? message.replaceAll(/\(line (\d+), position/g, (_place, line: string) => `(line ${Number(line) - 1}, position`)
    : message.replace(/\nin call to function 'eval' \(line \d+, position \d+\)$/, "")

/** A variable of the script. */
const keptShard = `${reservedPrefix}kept`

/** `eval` trims its text, which would move every position: so the text must not begin with a space. An empty statement means nothing. */
const anchored = (text: string): string => {
  if (!/^\s/.test(text)) return text
  return /^[\n\r]/.test(text) ? `;${text}` : `;${text.slice(1)}`
}

/** A bar where no operator can stand opens the parameters of a closure. */
const hasClosure = (text: string): boolean => {
  let before = ""
  for (let index = 0; index < text.length;) {
    const end = skipToken(text, index)
    const token = text.slice(index, end)
    if (token === "|" && (/^[^\w)\]"'`]?$/.test(before) || /\breturn\s*$/.test(text.slice(0, index)))) return true
    // The second bar of the operator `||` is no beginning of anything.
    if (token === "|" && text[end] === "|") {
      before = "0"
      index = end + 1
      continue
    }
    const isComment = token.startsWith("//") || token.startsWith("/*")
    if (!isComment && token.trim() !== "") before = token.at(-1) ?? ""
    index = end
  }
  return false
}

/** Rhai has the escapes of JSON but for two. */
const printRhaiString = (text: string): string =>
  JSON.stringify(text).replaceAll(/\\(?:b|f|.)/g, (escape) =>
    escape === "\\b" ? "\\u0008" : escape === "\\f" ? "\\u000c" : escape,
  )

/** Two texts of the same length and lines: the definitions of functions, and everything else; what is missing is spaces. */
const splitFunctions = (text: string): { readonly functions: string; readonly rest: string } => {
  const ranges: Array<{ readonly start: number; readonly end: number }> = []
  const definition = /(?:private\s+)?fn\s+[A-Za-z_]\w*\s*\(/y
  for (let index = 0; index < text.length;) {
    definition.lastIndex = index
    if (/\w/.test(text[index - 1] ?? "") === false && definition.test(text)) {
      const end = endOfBlock(text, definition.lastIndex)
      ranges.push({ start: index, end })
      index = end
    } else index = skipToken(text, index)
  }
  let functions = ""
  let rest = ""
  let from = 0
  for (const { start, end } of ranges) {
    functions += blank(text.slice(from, start)) + text.slice(start, end)
    rest += text.slice(from, start) + blank(text.slice(start, end))
    from = end
  }
  return { functions: functions + blank(text.slice(from)), rest: rest + text.slice(from) }
}

const blank = (text: string): string => text.replaceAll(/[^\n\r]/g, " ")

/** The index after the brace that closes the first block at or after `start`. */
const endOfBlock = (text: string, start: number): number => {
  let depth = 0
  for (let index = start; index < text.length;) {
    if (text[index] === "{") depth++
    if (text[index] === "}" && --depth === 0) return index + 1
    index = skipToken(text, index)
  }
  return text.length
}

/** The index after the comment, string or character at `start`: braces and words inside of those mean nothing. */
const skipToken = (text: string, start: number): number => {
  const two = text.slice(start, start + 2)
  if (two === "//") return endAt(text, text.indexOf("\n", start))
  if (two === "/*") return endOfComment(text, start)
  const first = text[start]
  if (first === '"' || first === "`") return endOfString(text, start, first)
  const character = first === "'" ? /'(?:\\.[^']*|[^\\])'/uy : null
  if (character === null) return start + 1
  character.lastIndex = start
  return character.test(text) ? character.lastIndex : start + 1
}

/** Comments nest. */
const endOfComment = (text: string, start: number): number => {
  let depth = 0
  for (let index = start; index < text.length;) {
    const two = text.slice(index, index + 2)
    if (two === "/*") depth++
    else if (two === "*/" && --depth === 0) return index + 2
    index += two === "/*" || two === "*/" ? 2 : 1
  }
  return text.length
}

/** A text between backticks may hold `${…}` with texts of its own. */
const endOfString = (text: string, start: number, quote: string): number => {
  for (let index = start + 1; index < text.length;) {
    if (text[index] === quote) return index + 1
    if (text[index] === "\\" && quote === '"') index += 2
    else if (quote === "`" && text.startsWith("${", index)) index = endOfBlock(text, index + 1)
    else index++
  }
  return text.length
}

const endAt = (text: string, index: number): number => (index === -1 ? text.length : index)
