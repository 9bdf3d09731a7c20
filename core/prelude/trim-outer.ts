/**
 * `text` without the characters at both of its ends that `outer` matches; each is one UTF-16 unit. One way through the text: a pattern that ends
 * with `+$` begins anew at every gap inside, which takes seconds for one of some ten thousand characters.
 */
export const trimOuter = (text: string, outer: RegExp): string => {
  let start = 0
  let end = text.length
  while (start < end && outer.test(text[start]!)) start++
  while (end > start && outer.test(text[end - 1]!)) end--
  return text.slice(start, end)
}

/** White space as Rust sees it. Unlike for `trim()`, U+0085 is white space here, and U+FEFF is not. */
export const rustWhiteSpace = /\p{White_Space}/u
