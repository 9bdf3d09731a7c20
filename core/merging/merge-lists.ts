/** How `mergeLists` looks at the items of its lists. */
export interface MergeListsPlan<Item, Head> {
  /** Called once for each item that becomes the head of a list, and for no other. */
  readonly open: (item: Item, list: number) => Head
  /** Negative when `left` comes first. Equal heads leave in the order of their lists. */
  readonly compare: (left: Head, right: Head) => number
  /** Asked in merged order; a refused head counts neither for `offset` nor for `limit`. */
  readonly accept: ((head: Head) => boolean) | null
  readonly offset: number
  readonly limit: number
}

/**
 * Merges lists in their local order: the best head leaves, its list moves on. A list is never sorted again, so a node's
 * own order stands even where the comparator cannot explain it, and page n + 1 continues page n. Only the heads are
 * opened: the first twenty of three times a thousand cost twenty-two keys.
 */
export const mergeLists = <Item, Head>(
  lists: ReadonlyArray<ReadonlyArray<Item>>,
  plan: MergeListsPlan<Item, Head>,
): Array<Head> => {
  const merged: Array<Head> = []
  if (plan.limit <= 0) return merged
  const filled = lists.flatMap((items, list) => (items.length === 0 ? [] : [{ items, list }]))
  if (filled.length === 1 && plan.accept === null) return takeFromOne(filled[0]!, plan)

  const cursors: Array<Cursor<Item, Head>> = []
  for (const { items, list } of filled) {
    insert(cursors, { items, list, position: 0, head: plan.open(items[0]!, list) }, plan)
  }
  let skipped = 0
  for (let best = cursors.shift(); best !== undefined; best = cursors.shift()) {
    if (plan.accept === null || plan.accept(best.head)) {
      if (skipped < plan.offset) skipped++
      else merged.push(best.head)
      if (merged.length === plan.limit) return merged
    }
    best.position++
    if (best.position === best.items.length) continue
    best.head = plan.open(best.items[best.position]!, best.list)
    insert(cursors, best, plan)
  }
  return merged
}

interface Cursor<Item, Head> {
  readonly items: ReadonlyArray<Item>
  readonly list: number
  position: number
  head: Head
}

const takeFromOne = <Item, Head>(
  only: { readonly items: ReadonlyArray<Item>; readonly list: number },
  plan: MergeListsPlan<Item, Head>,
): Array<Head> => only.items.slice(plan.offset, plan.offset + plan.limit).map((item) => plan.open(item, only.list))

/** Cursors stand in the order of their heads: a binary search costs log2(nodes) comparisons for each hit. */
const insert = <Item, Head>(
  cursors: Array<Cursor<Item, Head>>,
  cursor: Cursor<Item, Head>,
  plan: MergeListsPlan<Item, Head>,
): void => {
  let low = 0
  let high = cursors.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = cursors[middle]!
    const order = plan.compare(cursor.head, other.head) || cursor.list - other.list
    if (order < 0) high = middle
    else low = middle + 1
  }
  cursors.splice(low, 0, cursor)
}
