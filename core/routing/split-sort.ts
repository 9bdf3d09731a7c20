/**
 * The criteria of a `sort` in a query string. Commas separate them, but not inside `_geoPoint(a, b)`: where the next
 * parenthesis closes one. Read from the end, because then that parenthesis is known, and every character is seen once.
 */
export const splitSort = (text: string): ReadonlyArray<string> => {
  const criteria: Array<string> = []
  let end = text.length
  let isInside = false
  for (let index = text.length - 1; index >= 0; index--) {
    const character = text[index]
    if (character === ")") isInside = true
    else if (character === "(") isInside = false
    else if (character === "," && !isInside) {
      criteria.push(text.slice(index + 1, end).trim())
      end = index
    }
  }
  criteria.push(text.slice(0, end).trim())
  return criteria.reverse()
}
