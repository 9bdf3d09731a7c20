/**
 * Damerau-Levenshtein distance between two names: inserting, deleting or replacing a character costs 1, and so does
 * swapping two that follow each other, even where others stand between them (those are paid for apart), which is how
 * the engine counts for "did you mean". Names are short: the cost is the product of their lengths.
 */
export const editDistance = (left: string, right: string): number => {
  const a = Array.from(left)
  const b = Array.from(right)
  // distances[row][column]: from the first `row` characters of a to the first `column` of b.
  const distances = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const lastRowWith = new Map<string, number>()
  for (let row = 1; row <= a.length; row++) {
    const above = distances[row - 1]!
    const current = [row]
    let lastColumnAlike = 0
    for (let column = 1; column <= b.length; column++) {
      const isAlike = a[row - 1] === b[column - 1]
      const swapRow = lastRowWith.get(b[column - 1]!) ?? 0
      const swapped =
        swapRow === 0 || lastColumnAlike === 0
          ? Number.POSITIVE_INFINITY
          : distances[swapRow - 1]![lastColumnAlike - 1]! + (row - swapRow) + (column - lastColumnAlike) - 1
      const replaced = above[column - 1]! + (isAlike ? 0 : 1)
      current.push(Math.min(replaced, above[column]! + 1, current[column - 1]! + 1, swapped))
      if (isAlike) lastColumnAlike = column
    }
    distances.push(current)
    lastRowWith.set(a[row - 1]!, row)
  }
  return distances[a.length]![b.length]!
}
