import { editDistance } from "#core/protocol/edit-distance.ts"
import { type FilterExpression, type FilterValue, negate, type VectorPart } from "./filter-expression.ts"
import { FilterRefused } from "./filter-refused.ts"
import { readDottedPart } from "./read-value.ts"
import { literal, phrase, skipSpace } from "./tokens.ts"

/**
 * `_vectors`, `_vectors.embedder` or `_vectors.embedder.part`, then `EXISTS` or `NOT EXISTS`. Null when something else
 * stands here; once `_vectors.` or `_vectors ` is read, nothing else can be meant and mistakes are final.
 */
export const readVectors = (
  text: string,
  from: number,
): { readonly expression: FilterExpression; readonly next: number } | null => {
  const head = literal(text, skipSpace(text, from), "_vectors")
  if (head === null) return null
  const afterHead = skipSpace(text, head)
  if (afterHead > head) return readOperation(text, afterHead, null, { tag: "any" })
  const dot = literal(text, head, ".")
  return dot === null ? null : readEmbedder(text, dot)
}

const readEmbedder = (text: string, at: number) => {
  if (text.charAt(at) === " ") refuse(text, at, "Was expecting embedder name but found nothing.", at + 1)
  const embedder = readName(text, at, "embedder")
  const { part, next } = readPart(text, embedder.next)
  refuseSuffix(text, next, part)
  const operation = skipSpace(text, next)
  if (operation === next) refuse(text, next, "The vector filter has leftover tokens.")
  return readOperation(text, operation, embedder.value, part)
}

const readOperation = (text: string, at: number, embedder: FilterValue | null, part: VectorPart) => {
  const condition = { tag: "vectorExists", embedder, part } as const
  const exists = literal(text, at, "EXISTS")
  if (exists !== null) return { expression: condition, next: exists }
  const lacks = phrase(text, at, ["NOT", "EXISTS"])
  if (lacks !== null) return { expression: negate(condition), next: lacks }
  return refuse(text, at, "Was expecting an operation like `EXISTS` or `NOT EXISTS` after the vector filter.")
}

const readPart = (text: string, at: number): { readonly part: VectorPart; readonly next: number } => {
  const fragments = literal(text, at, ".fragments")
  if (fragments !== null) {
    const dot = literal(text, fragments, ".")
    if (dot === null) return refuse(text, fragments, "The vector filter is missing a fragment name.")
    const name = readName(text, dot, "fragment")
    return { part: { tag: "fragment", name: name.value }, next: name.next }
  }
  for (const tag of ["userProvided", "documentTemplate", "regenerate"] as const) {
    const next = literal(text, at, `.${tag}`)
    if (next !== null) return { part: { tag }, next }
  }
  return { part: { tag: "any" }, next: at }
}

const readName = (text: string, at: number, what: "embedder" | "fragment") => {
  const invalid = `The vector filter's ${what} name is invalid.`
  try {
    const read = readDottedPart(text, at)
    return read.tag === "value" ? read : refuse(text, at, invalid)
  } catch (error) {
    // A name that fails inside its quotes: only a missing quote gets a sentence of its own.
    const isUnclosed = error instanceof FilterRefused && error.message.startsWith("Expression ")
    return refuse(text, at, isUnclosed ? "The quotes in one of the values are inconsistent." : invalid)
  }
}

const partNames = ["fragments", "userProvided", "documentTemplate", "regenerate"] as const

/** A further `.something` after a complete name. */
const refuseSuffix = (text: string, at: number, part: VectorPart): void => {
  const dot = literal(text, at, ".")
  if (dot === null) return
  const suffix = readSuffix(text, dot)
  if (suffix === null) {
    refuse(
      text,
      at,
      "Was expecting one of `.fragments`, `.userProvided`, `.documentTemplate`, `.regenerate` or nothing, but instead found a point without a valid value.",
      dot,
    )
    return
  }
  refuse(text, suffix.start, suffixSentence(suffix.text, part), suffix.end)
}

const readSuffix = (text: string, at: number): FilterValue | null => {
  try {
    const read = readDottedPart(text, at)
    return read.tag === "value" ? read.value : null
  } catch {
    return null
  }
}

const suffixSentence = (suffix: string, part: VectorPart): string => {
  if (part.tag !== "any") {
    const first = part.tag === "fragment" ? "fragments" : part.tag
    return `Vector filter can only accept one of \`fragments\`, \`userProvided\`, \`documentTemplate\` or \`regenerate\`, but found both \`${first}\` and \`${suffix}\`.`
  }
  if (partNames.some((name) => name === suffix)) return "Was expecting this part to be unquoted."
  const meant = partNames.find((name) => editDistance(name, suffix) <= suggestionDistanceMax)
  const hint = meant === undefined ? "" : ` Did you mean \`${meant}\`?`
  return `Was expecting one of \`fragments\`, \`userProvided\`, \`documentTemplate\`, \`regenerate\` or nothing, but instead found \`${suffix}\`.${hint}`
}

const suggestionDistanceMax = 2

const refuse = (text: string, start: number, sentence: string, end = text.length): never => {
  throw new FilterRefused(sentence, text, { start, end })
}
