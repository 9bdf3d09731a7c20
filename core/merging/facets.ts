import { readMembers } from "#core/protocol/json-slices.ts"
import { compareCodePoints } from "./compare-code-points.ts"
import { mergeFacetStats, type NumberRange, printFacetStats } from "./facet-stats.ts"
import { normaliseFacetValue } from "./facet-value.ts"
import { orderFacetValues, type ValueCount } from "./order-facet-values.ts"
import { isHiddenField } from "./rewrite-members.ts"

/** JSON texts of `facetDistribution` and `facetStats`; null where an answer has none. */
export interface Facets {
  readonly distribution: string | null
  readonly stats: string | null
}

/** The index's settings for facets, as clients set them. */
export interface FacetSettings {
  readonly maxValuesPerFacet: number
  /** By facet; `*` is for all others; the default is "alpha". */
  readonly sortFacetValuesBy: Readonly<Record<string, "alpha" | "count">>
}

/**
 * Adds the counts of all nodes, and orders and truncates the values as one node with all documents would. It is exact
 * only if the nodes did not truncate: their own `maxValuesPerFacet` has to be far above the client's.
 *
 * `candidates` is the number of documents that the facets count, over all nodes. `hide`: a facet that only we asked for.
 */
export const mergeFacets = (
  nodes: ReadonlyArray<Facets>,
  settings: FacetSettings,
  candidates: number,
  hide: HiddenFacet = null,
): Facets => {
  if (hide?.isOnly === true) return { distribution: null, stats: null }
  const counted = collectCounts(nodes)
  const ranges = mergeFacetStats(nodes.map((node) => node.stats))
  if (hide !== null) {
    counted.delete(hide.facet)
    ranges.delete(hide.facet)
  }
  return {
    distribution: nodes.every((node) => node.distribution === null) ? null : printFacets(counted, settings, candidates),
    stats: nodes.every((node) => node.stats === null) ? null : printFacetStats(ranges),
  }
}

/** A facet that the client did not ask for; `isOnly`: nor for any other. */
export type HiddenFacet = { readonly facet: string; readonly isOnly: boolean } | null

/** The documents of each value of each facet, over all nodes. */
export const collectCounts = (nodes: ReadonlyArray<Facets>): Map<string, FacetCounts> => {
  const counted = new Map<string, FacetCounts>()
  for (const { distribution, stats } of nodes) {
    if (distribution === null) continue
    const ranges = mergeFacetStats([stats])
    for (const facet of readMembers(distribution)) {
      if (isHiddenField(facet.key)) continue
      const counts = getOrCreate(counted, facet.key, () => ({ numbers: new Map(), strings: new Map() }))
      addCounts(counts, readCounts(distribution, facet.valueStart), ranges.get(facet.key))
    }
  }
  return counted
}

export interface FacetCounts {
  /** Documents by the engine's text of the number. */
  readonly numbers: Map<string, number>
  /** Documents by spelling. */
  readonly strings: Map<string, number>
}

const readCounts = (text: string, start: number): Array<ValueCount> =>
  readMembers(text, start).map((value) => ({
    shown: value.key,
    count: Number(text.slice(value.valueStart, value.valueEnd)),
  }))

/**
 * The engine shows numbers as keys like strings, but before them: what looks like a number is one as long as no string
 * came before it, and only where the node's statistics say that it has numbers of that size.
 */
const addCounts = (counts: FacetCounts, values: ReadonlyArray<ValueCount>, range: NumberRange | undefined): void => {
  let mayBeNumber = range !== undefined
  for (const { shown, count } of values) {
    mayBeNumber = mayBeNumber && looksLikeNumber(shown, range)
    const known = mayBeNumber ? counts.numbers : counts.strings
    known.set(shown, (known.get(shown) ?? 0) + count)
  }
}

/** The engine prints numbers without exponent and without trailing zeros: "007" and "3.0" are strings. */
const looksLikeNumber = (shown: string, range: NumberRange | undefined): boolean =>
  range !== undefined &&
  /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?$/.test(shown) &&
  Number(shown) >= range.min &&
  Number(shown) <= range.max

const printFacets = (
  counted: ReadonlyMap<string, FacetCounts>,
  settings: FacetSettings,
  candidates: number,
): string => {
  const printed = [...counted]
    .sort(([left], [right]) => compareCodePoints(left, right))
    .map(([facet, counts]) => {
      const values = orderFacetValues(
        [...counts.numbers].map(([shown, count]) => ({ shown, count })),
        foldSpellings(counts.strings),
        {
          sortBy: sortByOf(facet, settings),
          valuesMax: settings.maxValuesPerFacet,
          candidates,
        },
      )
      return `${JSON.stringify(facet)}:${printValues(values)}`
    })
  return `{${printed.join(",")}}`
}

/** An attribute may be called `constructor`, and then has no order of its own. */
export const sortByOf = (
  facet: string,
  { sortFacetValuesBy }: Pick<FacetSettings, "sortFacetValuesBy">,
): "alpha" | "count" => {
  const own = Object.hasOwn(sortFacetValuesBy, facet) ? sortFacetValuesBy[facet] : undefined
  return own ?? sortFacetValuesBy["*"] ?? "alpha"
}

/**
 * Counts by normal form. One node shows the spelling of its first document. Which document was first in the whole index
 * cannot be seen from here: the most frequent spelling is the best guess.
 */
const foldSpellings = (strings: ReadonlyMap<string, number>): Map<string, ValueCount> => {
  const folded = new Map<string, ValueCount & { readonly ofSpelling: number }>()
  for (const [shown, count] of strings) {
    const normal = normaliseFacetValue(shown)
    const known = folded.get(normal)
    if (known === undefined) folded.set(normal, { shown, count, ofSpelling: count })
    else if (count > known.ofSpelling) folded.set(normal, { shown, count: known.count + count, ofSpelling: count })
    else folded.set(normal, { ...known, count: known.count + count })
  }
  return folded
}

/** A string that reads like a number before it takes that number's entry, as in the engine's own map. */
const printValues = (values: ReadonlyArray<ValueCount>): string => {
  const entries = new Map<string, number>()
  for (const { shown, count } of values) entries.set(shown, count)
  return `{${[...entries].map(([shown, count]) => `${JSON.stringify(shown)}:${count}`).join(",")}}`
}

const getOrCreate = <Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value => {
  const known = map.get(key)
  if (known !== undefined) return known
  const created = create()
  map.set(key, created)
  return created
}
