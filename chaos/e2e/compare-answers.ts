export interface Difference {
  /** `value.hits[3].Title`; empty for the answer itself. */
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

/** Stands for a member or an element that one side does not have. */
export const absent = "(absent)"

/** Members in whose objects the order of names is part of the answer: clients show facet values as they come. */
const orderedMembers = ["facetDistribution"]

/** Every place where two JSON values differ, in the order of the expected one. Empty when they are equal. */
export const compareAnswers = (expected: unknown, actual: unknown): ReadonlyArray<Difference> =>
  differences(expected, actual, "", false)

const differences = (expected: unknown, actual: unknown, path: string, isOrdered: boolean): Difference[] => {
  if (Array.isArray(expected) && Array.isArray(actual)) return differencesOfArrays(expected, actual, path, isOrdered)
  if (isObject(expected) && isObject(actual)) return differencesOfObjects(expected, actual, path, isOrdered)
  return Object.is(expected, actual) ? [] : [{ path, expected, actual }]
}

const differencesOfArrays = (
  expected: ReadonlyArray<unknown>,
  actual: ReadonlyArray<unknown>,
  path: string,
  isOrdered: boolean,
): Difference[] => {
  const found: Difference[] = []
  for (let position = 0; position < Math.max(expected.length, actual.length); position++) {
    const here = `${path}[${position}]`
    if (position >= actual.length) found.push({ path: here, expected: expected[position], actual: absent })
    else if (position >= expected.length) found.push({ path: here, expected: absent, actual: actual[position] })
    else found.push(...differences(expected[position], actual[position], here, isOrdered))
  }
  return found
}

const differencesOfObjects = (
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  path: string,
  isOrdered: boolean,
): Difference[] => {
  const found: Difference[] = []
  for (const [name, value] of Object.entries(expected)) {
    const here = join(path, name)
    if (!Object.hasOwn(actual, name)) found.push({ path: here, expected: value, actual: absent })
    else found.push(...differences(value, actual[name], here, isOrdered || orderedMembers.includes(name)))
  }
  for (const [name, value] of Object.entries(actual)) {
    if (!Object.hasOwn(expected, name)) found.push({ path: join(path, name), expected: absent, actual: value })
  }
  const names = [Object.keys(expected).join(", "), Object.keys(actual).join(", ")] as const
  if (isOrdered && found.length === 0 && names[0] !== names[1]) {
    found.push({ path: `${path} (order of names)`, expected: names[0], actual: names[1] })
  }
  return found
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Names that are no words are quoted: `facetDistribution["Major Genre"]`. */
const join = (path: string, name: string): string => {
  if (!/^\w+$/.test(name)) return `${path}[${JSON.stringify(name)}]`
  return path === "" ? name : `${path}.${name}`
}
