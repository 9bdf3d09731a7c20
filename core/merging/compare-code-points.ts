/**
 * Order of two texts by code points, which is the order of their UTF-8 bytes and therefore the engine's. JavaScript's
 * own `<` compares UTF-16 units and puts U+1F600 before U+FB01.
 */
export const compareCodePoints = (left: string, right: string): number => {
  if (left === right) return 0
  const shared = Math.min(left.length, right.length)
  for (let index = 0; index < shared; index++) {
    const leftUnit = left.charCodeAt(index)
    const rightUnit = right.charCodeAt(index)
    if (leftUnit !== rightUnit) return codePointRank(leftUnit) - codePointRank(rightUnit)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above U+FFFF, so they belong after every other unit. */
const codePointRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
