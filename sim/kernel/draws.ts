import { hashText, makeHash64 } from "#core/prelude/xxhash64.ts"

/*
 * All chance of a simulation. Integers only, because the last bit of a fraction may differ between runtimes.
 *
 * A keyed draw depends on nothing but the seed and its key, so a request that is taken out of a plan does not change what
 * happens to the others: that is what makes shrinking work. A stream is for the scheduler, whose choices have no names.
 */

/** The next number of a stream: 0 … 2³²−1. */
export type Stream = () => number

export interface Draws {
  readonly seed: number
  /** 0 … 2³²−1 for one decision: why it is taken, about whom, and the how-manieth of its kind. */
  readonly draw: (purpose: string, who: string, operation: number) => number
  readonly stream: (purpose: string) => Stream
}

export const makeDraws = (seed: number): Draws => {
  const hash = makeHash64()
  const draw = (purpose: string, who: string, operation: number): number => {
    hashText(`${seed} ${purpose} ${who} ${operation}`, hash)
    return hash[0]!
  }
  return { seed, draw, stream: (purpose) => makeStream(draw("stream", purpose, 0), draw("stream", purpose, 1)) }
}

/** sfc32: small, fast, and long enough for any run. */
const makeStream = (first: number, second: number): Stream => {
  let a = first | 0
  let b = second | 0
  let c = 0x9e3779b9 | 0
  let counter = 1
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let warmup = 0; warmup < 12; warmup++) next()
  return next
}

/** A drawn number as one of `least` … `most`. */
export const within = (drawn: number, [least, most]: readonly [number, number]): number =>
  most <= least ? least : least + (drawn % (most - least + 1))

/** Whether a drawn number falls among so many of a thousand. */
export const isAmong = (drawn: number, permille: number): boolean => drawn % 1000 < permille

export const pick = <A>(drawn: number, items: ReadonlyArray<A>): A => items[drawn % items.length]!
