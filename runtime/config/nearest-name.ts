/** The name that somebody who wrote `wrong` most likely meant; null when none is close. The first of equally close ones. */
export const nearestName = (wrong: string, names: ReadonlyArray<string>): string | null => {
  const [nearest] = names
    .map((name) => ({ name, distance: distanceOfNames(wrong, name) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(lastPart(wrong).length / 2)))
    .sort((one, other) => one.distance - other.distance)
  return nearest?.name ?? null
}

/** `port` is close to `server.port`: people forget the group more often than they misspell it. */
const distanceOfNames = (one: string, other: string): number =>
  Math.min(editDistance(one, other), editDistance(lastPart(one), lastPart(other)) + 1)

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1)

/** Insertions, deletions and replacements that turn one text into the other. */
export const editDistance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [line, character] of [...one].entries()) {
    const next = [line + 1]
    for (const [column, against] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (character === against ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
