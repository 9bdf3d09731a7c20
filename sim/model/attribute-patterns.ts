/** `*`, `start*`, `*end`, `*middle*` or an exact name. */
export const matchesPattern = (pattern: string, name: string): boolean => {
  if (pattern === "*") return true
  const opens = pattern.startsWith("*")
  const closes = pattern.endsWith("*")
  const core = pattern.slice(opens ? 1 : 0, closes ? -1 : undefined)
  if (opens && closes) return name.includes(core)
  if (opens) return name.endsWith(core)
  return closes ? name.startsWith(core) : name === pattern
}

/** A plain attribute also stands for what is nested in it: `a` covers `a.b`. */
export const coversAttribute = (pattern: string, name: string): boolean =>
  matchesPattern(pattern, name) || name.startsWith(`${pattern}.`)
