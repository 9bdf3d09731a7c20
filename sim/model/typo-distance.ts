/**
 * Typos between what was typed and a word, or the nearest beginning of the word when `isPrefix`; null: more than
 * `budget` (0, 1 or 2). A swap of neighbours is one typo; a wrong first letter is one more.
 */
export const typoCount = (typed: string, word: string, isPrefix: boolean, budget: number): number | null => {
  if (isPrefix ? word.startsWith(typed) : word === typed) return 0
  const penalty = typed[0] === word[0] ? 0 : 1
  const limit = budget - penalty
  if (limit <= 0) return null
  const distance = typoDistance(typed, word, isPrefix, limit)
  return distance <= limit ? distance + penalty : null
}

// Three rows of the table, used again for every pair of words: a query is compared with the whole dictionary.
let [twoBack, oneBack, current]: [Array<number>, Array<number>, Array<number>] = [[], [], []]

/**
 * Damerau-Levenshtein distance in UTF-16 units, restricted as the engine's automata are: no letter changes between two
 * that are swapped. `limit + 1` stands for "more than `limit`".
 */
export const typoDistance = (typed: string, word: string, isPrefix: boolean, limit: number): number => {
  const width = isPrefix ? Math.min(word.length, typed.length + limit) : word.length
  if (typed.length - width > limit || (!isPrefix && width - typed.length > limit)) return limit + 1
  for (let column = 0; column <= width; column++) oneBack[column] = column
  for (let row = 1; row <= typed.length; row++) {
    const letter = typed.charCodeAt(row - 1)
    const letterBefore = typed.charCodeAt(row - 2)
    let least = row
    current[0] = row
    for (let column = 1; column <= width; column++) {
      const other = word.charCodeAt(column - 1)
      let best = Math.min(
        oneBack[column - 1]! + (letter === other ? 0 : 1),
        oneBack[column]! + 1,
        current[column - 1]! + 1,
      )
      const isSwap = row > 1 && column > 1 && letter === word.charCodeAt(column - 2) && letterBefore === other
      if (isSwap) best = Math.min(best, twoBack[column - 2]! + 1)
      current[column] = best
      least = Math.min(least, best)
    }
    if (least > limit) return limit + 1
    ;[twoBack, oneBack, current] = [oneBack, current, twoBack]
  }
  let distance = oneBack[width]!
  if (isPrefix) for (let column = 0; column < width; column++) distance = Math.min(distance, oneBack[column]!)
  return Math.min(limit + 1, distance)
}
