import { isHardAt, tokenize, type TokenizerRules } from "./tokenize.ts"
import type { Range } from "./format-hit.ts"

export interface CropRules {
  /** Words to keep. */
  readonly words: number
  readonly tokenizer: TokenizerRules
}

interface Piece extends Range {
  readonly isWord: boolean
  readonly isHard: boolean
}

/** The part of a text to show: around the densest matches, or its beginning when nothing matches. */
export const cropText = (text: string, matches: ReadonlyArray<Range>, rules: CropRules): Range => {
  const pieces = piecesOf(text, rules)
  const words = pieces.flatMap((piece, at) => (piece.isWord ? [at] : []))
  if (words.length === 0) return { start: 0, end: text.length }
  if (matches.length === 0) {
    const last = pieces[words[Math.min(rules.words, words.length) - 1]!]!
    return { start: 0, end: words.length <= rules.words ? text.length : last.end }
  }
  const [first, last] = bestInterval(pieces, words, matches, rules.words)
  return grow(pieces, first, last, rules.words - words.filter((at) => at >= first && at <= last).length, text)
}

const piecesOf = (text: string, rules: CropRules): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  let at = 0
  const separator = (start: number, end: number): void => {
    if (end <= start) return
    const isHard = Array.from({ length: end - start }, (_, step) => start + step).some((place) => isHardAt(text, place))
    pieces.push({ start, end, isWord: false, isHard })
  }
  for (const token of tokenize(text, rules.tokenizer)) {
    separator(at, token.start)
    pieces.push({ start: token.start, end: token.end, isWord: true, isHard: false })
    at = token.end
  }
  separator(at, text.length)
  return pieces
}

/** The first run of pieces that holds the most matches and not too many words. */
const bestInterval = (
  pieces: ReadonlyArray<Piece>,
  words: ReadonlyArray<number>,
  matches: ReadonlyArray<Range>,
  wordsMax: number,
): readonly [number, number] => {
  const isMatched = (at: number): boolean =>
    matches.some((range) => range.start < pieces[at]!.end && range.end > pieces[at]!.start)
  const matched = words.flatMap((at, order) => (isMatched(at) ? [{ at, order }] : []))
  let best: readonly [number, number] = [matched[0]!.at, matched[0]!.at]
  let bestCount = 1
  for (const [from, start] of matched.entries()) {
    const inside = matched.slice(from).filter(({ order }) => order - start.order < wordsMax)
    if (inside.length > bestCount) {
      best = [start.at, inside.at(-1)!.at]
      bestCount = inside.length
    }
  }
  return best
}

/** Takes neighbours from both sides in turn, the left first, until the words are used up. */
const grow = (pieces: ReadonlyArray<Piece>, first: number, last: number, spare: number, text: string): Range => {
  let [left, right, words] = [first, last, spare]
  while (words > 0) {
    const before = pieces[left - 1]
    const after = pieces[right + 1]
    if (before === undefined && after === undefined) break
    if (before !== undefined && after !== undefined && !before.isWord && !after.isWord) {
      if (!before.isHard || after.isHard) left--
      if (!after.isHard || before.isHard) right++
      continue
    }
    if (before !== undefined && (!before.isWord || after === undefined)) {
      left--
      words -= before.isWord ? 1 : 0
    } else if (after !== undefined && (!after.isWord || before === undefined)) {
      right++
      words -= after.isWord ? 1 : 0
    } else {
      left--
      words--
      if (words > 0) {
        right++
        words--
      }
    }
  }
  if (left > 0 && !pieces[left]!.isWord) left++
  if (right < pieces.length - 1 && !pieces[right]!.isWord) right--
  const start = left === 0 ? 0 : pieces[left]!.start
  return { start, end: right === pieces.length - 1 ? text.length : pieces[right]!.end }
}
