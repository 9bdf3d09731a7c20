import { versionField, writeOf } from "#core/protocol/hidden-fields.ts"
import { tieWindow } from "#core/routing/tie-window.ts"
import { comparePrimaryKeys, isInteger, normalPrimaryKey } from "./compare-primary-keys.ts"
import { readFieldTexts } from "./read-field.ts"
import type { Hit } from "./strip-hit.ts"

/** What may tell which of two documents of equal rank arrived first. */
export interface Arrival {
  /** Normal form of the document's id. */
  readonly id: string
  /** Write and position of the last time that the document was written; empty where it carries none. */
  readonly version: string
}

export type TieOrder = (left: Arrival, right: Arrival) => number

/**
 * One node shows documents of equal rank in the order in which they arrived first, which no document carries. Two things
 * witness it: versions, as long as nothing was written twice, and ids, where they grow with time. Each node's own list is
 * in that order, so a witness that descends inside a list is wrong there: the one that descends less often is believed. Of
 * two that agree with the lists equally well, versions are believed where all there is came with one write, else integers: most
 * are given out in order, and a document that is written again keeps its id. `isWhole`: the runs are all there is.
 */
export const chooseTieOrder = (runs: ReadonlyArray<ReadonlyArray<Arrival>>, isWhole: boolean): TieOrder => {
  const byIds = countDescents(runs, compareIds)
  const byVersions = countDescents(runs, compareVersions)
  const areIntegers = runs.every((run) => run.every(({ id }) => isInteger(id)))
  const isOneWrite = isWhole && new Set(runs.flatMap((run) => run.map(({ version }) => writeOf(version)))).size === 1
  return byIds < byVersions || (byIds === byVersions && areIntegers && !isOneWrite) ? compareIds : compareVersions
}

/** A node's list, of which the beginning is opened once: it tells of the order, and the merge looks at it again. */
export interface OpenedList<Opened> {
  readonly length: number
  readonly open: (index: number) => Opened
}

export const openOnce = <Opened extends object>(
  length: number,
  open: (index: number) => Opened,
): OpenedList<Opened> => {
  const opened: Array<Opened | undefined> = []
  return { length, open: (index) => (index < tieWindow ? (opened[index] ??= open(index)) : open(index)) }
}

/** A hit with its arrival, read when it is first needed. */
export interface Arriving extends Hit {
  arrival: Arrival | null
}

/** `compare`, and for ties the order of arrival: who witnesses it is found out at the first tie. Without ids ties stay. */
export const breakTies = <Opened extends Arriving>(
  lists: ReadonlyArray<OpenedList<Opened>>,
  compare: (left: Opened, right: Opened) => number,
  primaryKey: string | null,
): ((left: Opened, right: Opened) => number) => {
  let tieOrder: TieOrder | null = null
  return (left, right) => {
    const order = compare(left, right)
    if (order !== 0 || primaryKey === null) return order
    tieOrder ??= chooseTieOrder(
      lists.flatMap((list) => tieRuns(list, compare, primaryKey)),
      lists.every(({ length }) => length < tieWindow),
    )
    return tieOrder(arrivalOf(left, primaryKey), arrivalOf(right, primaryKey))
  }
}

/** The beginning of a node's list, cut where the rank changes: in a new rank arrivals begin anew. */
const tieRuns = <Opened extends Arriving>(
  list: OpenedList<Opened>,
  compare: (left: Opened, right: Opened) => number,
  primaryKey: string,
): ReadonlyArray<ReadonlyArray<Arrival>> => {
  const runs: Array<Array<Arrival>> = []
  for (let index = 0; index < Math.min(list.length, tieWindow); index++) {
    const hit = list.open(index)
    if (index === 0 || compare(list.open(index - 1), hit) !== 0) runs.push([])
    runs.at(-1)!.push(arrivalOf(hit, primaryKey))
  }
  return runs
}

export const arrivalOf = (hit: Arriving, primaryKey: string): Arrival =>
  (hit.arrival ??= {
    id: normalPrimaryKey(readFieldTexts(hit.text, hit.members, primaryKey)[0] ?? ""),
    version: readFieldTexts(hit.text, hit.members, versionField)[0]?.slice(1, -1) ?? "",
  })

const countDescents = (runs: ReadonlyArray<ReadonlyArray<Arrival>>, compare: TieOrder): number => {
  let descents = 0
  for (const run of runs) {
    for (let index = 1; index < run.length; index++) if (compare(run[index - 1]!, run[index]!) > 0) descents++
  }
  return descents
}

const compareIds: TieOrder = (left, right) => comparePrimaryKeys(left.id, right.id)

/** The same on every page and every proxy, also where two have the same version or none. */
const compareVersions: TieOrder = (left, right) =>
  left.version === right.version ? compareIds(left, right) : left.version < right.version ? -1 : 1
