import { type Member, readMembers } from "#core/protocol/json-slices.ts"
import { isHiddenField, type Rewrite, rewriteMembers, withValue } from "./rewrite-members.ts"

/** Largest typo count over all nodes, by the number of matching words; see `largestTypoCounts`. */
export type TypoCounts = ReadonlyMap<number, number>

/**
 * The client's `_rankingScoreDetails` from a node's: without our own rules, with the rules of attributes that are not
 * displayed redacted as the engine does it, and with the `maxTypoCount` that one node with all documents would show.
 */
export const stripDetails = (
  text: string,
  details: Member,
  displayed: ReadonlyArray<string> | null,
  typoCounts: TypoCounts,
): string => {
  const rules = readMembers(text, details.valueStart)
  const matchingWords = matchingWordsOf(text, rules)
  return rewriteMembers(text, { start: details.valueStart, end: details.valueEnd }, rules, (rule) => {
    if (isHiddenField(rule.key)) return false
    if (rule.key === "typo") return repairTypo(text, rule, typoCounts.get(matchingWords))
    return displayed === null || isShown(rule.key, displayed) ? true : redact(text, rule)
  })
}

/**
 * `maxTypoCount` depends on which spellings a node has for the words that match. One node with all documents shows the
 * largest of all (13,260 of 13,260 hits measured on v1.21.0).
 */
export const largestTypoCounts = (details: Iterable<{ readonly text: string; readonly start: number }>): TypoCounts => {
  const largest = new Map<number, number>()
  for (const { text, start } of details) {
    const rules = readMembers(text, start)
    const typo = rules.find((rule) => rule.key === "typo")
    if (typo === undefined) continue
    const matchingWords = matchingWordsOf(text, rules)
    const count = numberIn(text, typo, "maxTypoCount")
    if (count > (largest.get(matchingWords) ?? -1)) largest.set(matchingWords, count)
  }
  return largest
}

/** The rule is absent where all words have to match; then all hits are of one kind. */
const matchingWordsOf = (text: string, rules: ReadonlyArray<Member>): number => {
  const words = rules.find((rule) => rule.key === "words")
  return words === undefined ? 0 : numberIn(text, words, "matchingWords")
}

const numberIn = (text: string, rule: Member, field: string): number => {
  const member = readMembers(text, rule.valueStart).find((member) => member.key === field)
  return member === undefined ? 0 : Number(text.slice(member.valueStart, member.valueEnd))
}

const repairTypo = (text: string, rule: Member, largest: number | undefined): Rewrite => {
  const shown = numberIn(text, rule, "maxTypoCount")
  if (largest === undefined || largest <= shown) return true
  const score = (largest + 1 - numberIn(text, rule, "typoCount")) / (largest + 1)
  const object = { start: rule.valueStart, end: rule.valueEnd }
  const repaired = rewriteMembers(text, object, readMembers(text, rule.valueStart), (member) => {
    if (member.key === "maxTypoCount") return withValue(text, member, String(largest))
    return member.key === "score" ? withValue(text, member, printFloat(score)) : true
  })
  return withValue(text, rule, repaired)
}

/** The engine writes floats with a decimal point. */
const printFloat = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value))

/** Rules without a direction are the engine's own; `_geoPoint(…)` is never redacted. */
const isShown = (rule: string, displayed: ReadonlyArray<string>): boolean => {
  const field = /^(.*):(?:asc|desc)$/s.exec(rule)?.[1]
  return field === undefined || field.startsWith("_geoPoint(") || displayed.includes(field) || displayed.includes("*")
}

const redact = (text: string, rule: Member): string => {
  const order = numberIn(text, rule, "order")
  return `"<hidden-rule-${order}>":{"order":${order},"value":"<hidden>"}`
}
