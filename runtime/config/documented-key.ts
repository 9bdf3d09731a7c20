import { Schema } from "effect"

/** What an operator must know of a key: the reference page prints it, and messages about wrong values quote `expected`. */
export interface KeyDocumentation {
  /** Completes the sentence "expected …"; carries the unit. */
  readonly expected: string
  /** What the key decides. */
  readonly meaning: string
  /** Why the default is what it is. */
  readonly reason: string
  /** The value when nobody gives one; null: not set. */
  readonly default: null | boolean | number | string | ReadonlyArray<never>
  /** Masked when printed; may also be read from the file that `<VARIABLE>_FILE` names. */
  readonly secret: boolean
}

/** Name of the annotation under which a key of the schema carries its documentation. */
const annotation = "miroirKey"

/** A key of any type with its documentation. */
export const documented = <S extends Schema.Top>(schema: S, documentation: KeyDocumentation): S["Rebuild"] =>
  schema.annotateKey({ [annotation]: documentation })

type About<A> = { readonly default: A; readonly meaning: string; readonly reason: string }

/** A whole number within inclusive bounds. */
export const wholeNumber = (
  bounds: { readonly unit: string | null; readonly from: number; readonly to: number },
  about: About<number>,
) =>
  documented(Schema.Int.check(Schema.isBetween({ minimum: bounds.from, maximum: bounds.to })), {
    ...about,
    expected: `a whole number${bounds.unit === null ? "" : ` of ${bounds.unit}`} from ${bounds.from} to ${bounds.to}`,
    secret: false,
  })

/** A text that is not empty. */
export const text = (expected: string, about: About<string>) =>
  documented(Schema.NonEmptyString, { ...about, expected, secret: false })

/** One of a few words. */
export const choice = <const L extends ReadonlyArray<string>>(words: L, about: About<L[number]>) =>
  documented(Schema.Literals(words), {
    ...about,
    expected: `one of ${words.map((word) => `"${word}"`).join(", ")}`,
    secret: false,
  })

/** A text that must not be shown; null where it is not set. */
export const secret = (about: Omit<About<null>, "default">) =>
  documented(Schema.NullOr(Schema.NonEmptyString), {
    ...about,
    expected: "a text that is not empty",
    default: null,
    secret: true,
  })

/** One key of the configuration; `path` names it from the root, with "[]" for "any element of the list". */
export interface ConfigKey {
  readonly path: ReadonlyArray<string>
  readonly documentation: KeyDocumentation
}

/** Every documented key of a schema, in the order in which the schema names them. */
export const listKeys = (schema: unknown, path: ReadonlyArray<string> = []): ReadonlyArray<ConfigKey> => {
  const own = documentationOf(schema)
  return [...(own === null ? [] : [{ path, documentation: own }]), ...childrenOf(schema, path)]
}

const childrenOf = (schema: unknown, path: ReadonlyArray<string>): ReadonlyArray<ConfigKey> => {
  if (!isSchema(schema)) return []
  if ("fields" in schema) {
    return Object.entries(schema.fields as object).flatMap(([name, field]) => listKeys(field, [...path, name]))
  }
  return "value" in schema ? listKeys(schema.value, [...path, "[]"]) : []
}

const documentationOf = (schema: unknown): KeyDocumentation | null =>
  isSchema(schema) ? ((Schema.resolveAnnotationsKey(schema)?.[annotation] as KeyDocumentation) ?? null) : null

const isSchema = (value: unknown): value is Schema.Top => Schema.isSchema(value)
