import { encodeUtf8 } from "#core/prelude/utf8.ts"

/** Takes as long for a guess that is right in its first half as for one that is wrong at once. */
export const isSameSecret = (guess: string, secret: string): boolean => {
  const given = encodeUtf8(guess)
  const expected = encodeUtf8(secret)
  let difference = given.length ^ expected.length
  for (let index = 0; index < given.length; index++) {
    difference |= given[index]! ^ (expected[index % expected.length] ?? 0)
  }
  return difference === 0
}
