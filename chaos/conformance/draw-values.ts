import type { SeededDraws } from "../seeded-draws.ts"

/** One of them; the list must not be empty. */
export const oneOf = <Value>(draws: SeededDraws, values: ReadonlyArray<Value>): Value => {
  const picked = draws.pick(values)
  if (picked === undefined && values.length === 0) throw new Error("there is nothing to draw from")
  return picked as Value
}

export const sometimes = (draws: SeededDraws, percent: number): boolean => draws.below(100) < percent

/** Different ones of them, between `min` and `max`, in a drawn order. */
export const someOf = <Value>(draws: SeededDraws, values: ReadonlyArray<Value>, min: number, max: number): Value[] => {
  const left = [...values]
  const count = Math.min(left.length, min + draws.below(max - min + 1))
  return Array.from({ length: count }, () => left.splice(draws.below(left.length), 1)[0] as Value)
}

/** So many values, each drawn anew. */
export const times = <Value>(count: number, make: (position: number) => Value): Value[] =>
  Array.from({ length: count }, (_, position) => make(position))

/** JSON values of every kind: what is right for one parameter is wrong for another. */
export const jsonValues: ReadonlyArray<unknown> = [
  null,
  true,
  0,
  1,
  -1,
  1.5,
  1e30,
  "",
  "x",
  "title",
  "title:asc",
  "12",
  [],
  [null],
  [1],
  [""],
  ["*"],
  ["title", 3],
  [["title = x"]],
  {},
  { x: 1 },
  { "*": "count" },
]

/** The same for query strings, not yet percent-encoded. */
export const textValues: ReadonlyArray<string> = [
  "",
  "x",
  "null",
  "true",
  "TRUE",
  "0",
  "1",
  "-1",
  "1.5",
  "99999999999999999999",
  "title",
  "title,genres",
  "title:asc",
  "*",
  "[]",
  '["title = x"]',
  "{}",
  " 3",
  "é",
]
