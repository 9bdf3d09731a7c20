/** What differs between the versions of the engine. */
export interface FilterGrammar {
  /** Levels of the grammar: an `OR`, an `AND`, a `NOT` and a parenthesis are one level each, so `(` costs four. */
  readonly nestingMax: number
  /** `_geoPolygon`, and the optional resolution of `_geoRadius`. */
  readonly hasGeoShapes: boolean
}

/** Measured on v1.21.0: 49 parentheses inside each other are accepted, 50 refused; so are 197 and 198 `NOT`s. */
export const filterGrammar121: FilterGrammar = { nestingMax: 200, hasGeoShapes: false }

/** Read from v1.50. `_foreign`, which is experimental there, is not known here and is refused. */
export const filterGrammar150: FilterGrammar = { nestingMax: 150, hasGeoShapes: true }
