import { isValidIndexUid } from "#core/catalogue/new-index.ts"

/** A pattern is a uid, or a beginning with a star behind it: `films`, `films_*`, `*`. */
export const matchesIndexPattern = (pattern: string, uid: string): boolean =>
  pattern.endsWith("*") ? uid.startsWith(pattern.slice(0, -1)) : pattern === uid

export const matchesAnyPattern = (patterns: ReadonlyArray<string>, uid: string): boolean =>
  patterns.some((pattern) => matchesIndexPattern(pattern, uid))

/** The engine's complaint about a text that is no pattern, or null. It repeats the text without its star. */
export const indexPatternProblem = (text: string): string | null => {
  const prefix = text.endsWith("*") ? text.slice(0, -1) : text
  if (text === "*" || isValidIndexUid(prefix)) return null
  return `\`${prefix}\` is not a valid index uid pattern. Index uid patterns can be an integer or a string containing only alphanumeric characters, hyphens (-), underscores (_), and optionally end with a star (*).`
}
