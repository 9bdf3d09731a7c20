/**
 * So many hits at the beginning of each node's list tell how ties are broken (core/merging/tie-order.ts). Every page has
 * to see the same ones, otherwise page 2 would not continue page 1; by chance eight ids are ascending once in 40,320.
 */
export const tieWindow = 8

/** How many hits a node is asked for when so many are needed. */
export const longEnough = (needed: number): number => (needed === 0 ? 0 : Math.max(needed, tieWindow))
