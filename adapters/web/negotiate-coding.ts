// Which compression of an answer a client takes, decided as Meilisearch v1.21 decides it on the wire: br, gzip and deflate, no zstd,
// and no `x-gzip`. What a client prefers counts first, then our own order.

export type ContentCoding = "br" | "gzip" | "deflate"

/** `identity`: as it is. `none`: the client takes nothing that we have, not even that. */
export type NegotiatedCoding = ContentCoding | "identity" | "none"

/** What is told to a client who takes `none`. */
export const codingsOffered = "br, gzip, deflate"

/** `accepted`: the header `Accept-Encoding`, several of them joined by commas; undefined where there is none. */
export const negotiateCoding = (accepted: string | undefined): NegotiatedCoding => {
  if (accepted === undefined || !isPlainText.test(accepted)) return "identity"
  const wishes = accepted.split(",").flatMap((item) => readWish(item) ?? [])
  wishes.sort((a, b) => b.quality - a.quality || (ranks[b.name] ?? 0) - (ranks[a.name] ?? 0))
  const best = wishes.find(({ name, quality }) => quality > 0 && Object.hasOwn(ranks, name))
  if (best !== undefined) return best.name as ContentCoding | "identity"
  // The first of the two decides, in the order of preference: `*, identity;q=0` still lets an answer pass as it is.
  const asItIs = wishes.find(({ name }) => name === "identity" || name === "*")
  return asItIs === undefined || asItIs.quality > 0 ? "identity" : "none"
}

/** A header with anything else in it counts as absent. */
const isPlainText = /^[\t\x20-\x7e]*$/

/** Of equally welcome codings the highest. */
const ranks: Readonly<Record<string, number>> = { br: 4, gzip: 3, deflate: 2, identity: 1 }

interface Wish {
  readonly name: string
  /** In thousandths. */
  readonly quality: number
}

/** `gzip;q=0.5`. What is not well-formed is passed over; a parameter other than `q` makes a name that nobody knows. */
const readWish = (item: string): Wish | null => {
  const semicolon = item.lastIndexOf(";")
  const parameter = semicolon < 0 ? "" : item.slice(semicolon + 1).trim()
  if (semicolon >= 0 && parameter.length < 2) return null
  const isQuality = /^q=/i.test(parameter)
  const name = (isQuality ? item.slice(0, semicolon) : item).trim().toLowerCase()
  if (name === "") return null
  if (!isQuality) return { name, quality: 1000 }
  const quality = parameter.length > longestQuality ? Number.NaN : Number(/^q=([+.\d]\S*)$/i.exec(parameter)?.[1])
  return quality >= 0 && quality <= 1 ? { name, quality: Math.floor(quality * 1000) } : null
}

/** `q=0.123`; more digits are an error. */
const longestQuality = 7
