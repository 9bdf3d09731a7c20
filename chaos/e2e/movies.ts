import { readFileSync } from "node:fs"

/** A real record: values are missing (null), titles are sometimes numbers. Names of fields contain spaces. */
export type Movie = Readonly<Record<string, string | number | null>> & { readonly id: number }

/**
 * 3,201 movies with ids that ascend in file order, as a table with a serial key has them. That is the order in which one
 * node lists them, and the order in which a fleet can list them too.
 */
export const readMovies = (): ReadonlyArray<Movie> => {
  const file = new URL("../../node_modules/vega-datasets/data/movies.json", import.meta.url)
  const records = JSON.parse(readFileSync(file, "utf8")) as ReadonlyArray<Record<string, string | number | null>>
  return records.map((record, position) => ({ id: position + 1, ...record }))
}
