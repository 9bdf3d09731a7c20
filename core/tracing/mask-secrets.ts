import { decodeString, skipValue, visitElements, visitMembers } from "#core/protocol/json-slices.ts"

/*
 * Takes secrets out of what clients and the proxy say to each other. Two nets, because each has holes that the other covers:
 * by place (members that hold secrets, on the routes where they do), and by value (keys that are known, wherever they stand).
 * Documents and searches are never masked by place: a field of a user's document may be called `key`.
 */

export const mask = "********"

export interface Spoken {
  /** Path and query string. */
  readonly target: string
  /** null: no text, or none that is kept. */
  readonly body: string | null
  readonly answer: string | null
}

export interface KnownSecrets {
  /** Master keys, and the token of this request. */
  readonly texts: ReadonlyArray<string>
  /** The uid of the key whose text this is. */
  readonly keyUidOf: (text: string) => string | null
}

/** `body` is null as well where it should be an object with secrets, but cannot be read: nobody knows where they stand. */
export const maskSpoken = (spoken: Spoken, known: KnownSecrets): Spoken => {
  const holds = holderOf(spoken.target)
  const seen = new Set<string>(known.texts.filter(({ length }) => length >= scrubbedLengthMin))
  const named = nameKeyInPath(spoken.target, known, seen)
  const scrub = (text: string): string => withoutKeys(withoutSeen(text, seen), known)
  const body =
    spoken.body === null || holds === null ? spoken.body : maskByPlace(spoken.body, spoken.target, holds, seen)
  const answer = spoken.answer === null ? null : maskAnswer(spoken.answer, spoken.target, seen)
  return {
    target: scrub(named),
    body: body === null ? null : scrub(body),
    answer: answer === null ? null : scrub(answer),
  }
}

/** The part of it that a replay does to answers, so that what it compares was treated alike. Seen secrets are added to `seen`. */
export const maskAnswer = (answer: string, target: string, seen: Set<string> = new Set()): string => {
  const holds = holderOf(target)
  if (holds === null || answer === "") return answer
  return maskByPlace(answer, target, holds, seen) ?? answer
}

/** The segment that stands for the text of a key in a path: a replay puts the text there that the key has on its target. */
export const keySegment = (uid: string): string => `key-${uid}`

/** The members that hold secrets on this route; null: none do. */
const holderOf = (target: string): ReadonlySet<string> | null => {
  const path = pathOf(target)
  if (/^\/keys(\/|$)/.test(path)) return keyMembers
  return secretRoutes.test(path) ? secretMembers : null
}

/** As routes are found by it: segments may come percent-encoded. */
const pathOf = (target: string): string => decoded(target.split("?", 1)[0] ?? "")

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const secretRoutes =
  /^\/(webhooks|export|network|chats|tasks|batches|logs|experimental-features)(\/|$)|^\/indexes\/[^/]*\/settings(\/|$)/
const keyMembers: ReadonlySet<string> = new Set(["key"])
const secretMembers: ReadonlySet<string> = new Set([
  "apiKey",
  "searchApiKey",
  "writeApiKey",
  "bearer",
  "headers",
  "url",
  "baseUrl",
  "payloadUrl",
])

/** Shorter values would be found in every text. */
const scrubbedLengthMin = 6

/** Text in which nothing is masked stays as it is, digit for digit. */
const maskByPlace = (text: string, target: string, holds: ReadonlySet<string>, seen: Set<string>): string | null => {
  if (!mayName(text, holds)) return text
  try {
    JSON.parse(text)
    const masked = maskTexts(text, { holds, seen, isEngines: pathOf(target).endsWith("/settings/embedders") })
    return masked === text ? text : JSON.stringify(JSON.parse(masked))
  } catch {
    return null
  }
}

/** JSON may write any letter of a name as an escape. */
const mayName = (text: string, holds: ReadonlySet<string>): boolean =>
  text.includes("\\u") || [...holds].some((name) => text.includes(name))

interface Place {
  readonly holds: ReadonlySet<string>
  readonly seen: Set<string>
  /** Inside the settings of embedders, whose address a replay needs. */
  readonly isEngines: boolean
}

/** Goes over the text, not over a value made of it: of a member that is there twice a value would show the last one only. */
const maskTexts = (text: string, everywhere: Place): string => {
  let masked = ""
  let from = 0
  /** Returns the position behind the value. `cover`: of what stands inside a member that holds secrets, at any depth. */
  const visit = (start: number, place: Place, cover: Cover | null): number => {
    if (text[start] === "{")
      return visitMembers(text, start, (name, _nameStart, valueStart) => {
        const inside = { ...place, isEngines: place.isEngines || name === "embedders" }
        return visit(valueStart, inside, cover ?? coverOf(name, place))
      })
    if (text[start] === "[") return visitElements(text, start, (elementStart) => visit(elementStart, place, cover))
    const end = skipValue(text, start)
    // A value of another type is no secret, the engine refuses it.
    if (cover === null || text[start] !== '"') return end
    const value = decodeString(text, start, end)
    const covered = value === "" ? value : cover(value)
    if (covered === value) return end
    if (value.length >= scrubbedLengthMin) place.seen.add(value)
    masked += text.slice(from, start) + JSON.stringify(covered)
    from = end
    return end
  }
  visit(text.length - text.trimStart().length, everywhere, null)
  return masked + text.slice(from)
}

type Cover = (text: string) => string

const coverOf = (name: string, { holds, isEngines }: Place): Cover | null =>
  !holds.has(name) ? null : isAddress(name) ? (isEngines ? bareAddress : noAddress) : () => mask

const isAddress = (name: string): boolean => name.toLowerCase().endsWith("url")

/** Whoever knows the address of a webhook may call it; and a replay must not. Where an address was, one stays. */
const noAddress = (text: string): string => (/^https?:\/\/./.test(text) ? maskedAddress : mask)

export const maskedAddress = "https://masked.invalid/"

/** An address may carry a password, also as a parameter: only scheme, host and path are kept. */
const bareAddress = (text: string): string => /^https?:\/\/[^/?#@]+(\/[^?#]*)?$/.exec(text)?.[0] ?? mask

/** Engines repeat what they do not understand in their messages, also as a part of a JSON text. */
const withoutSeen = (text: string, seen: ReadonlySet<string>): string => {
  let clean = text
  for (const secret of seen) {
    if (secret === mask || secret === maskedAddress) continue
    clean = clean.replaceAll(secret, mask)
    clean = clean.replaceAll(JSON.stringify(secret).slice(1, -1), mask)
    clean = clean.replaceAll(encodeURIComponent(secret.toWellFormed()), mask)
  }
  return clean
}

const withoutKeys = (text: string, { keyUidOf }: KnownSecrets): string =>
  text.replace(keyText, (found) => (keyUidOf(found) === null ? found : mask))

/** What an API key looks like. */
const keyText = /(?<![\da-f])[\da-f]{64}(?![\da-f])/g

/** `/keys/{text}` names a key by its secret: its uid is put there. Whatever else stands there and is no uid may be somebody's secret too. */
const nameKeyInPath = (target: string, { keyUidOf }: KnownSecrets, seen: Set<string>): string => {
  const segment = keyInPath(target)
  if (segment === null || segment.length < scrubbedLengthMin || uuid.test(segment)) return target
  const uid = keyUidOf(segment)
  seen.add(segment)
  return target.replace(segment, uid === null ? mask : keySegment(uid))
}

/** The uid or the text by which a path names a key. */
export const keyInPath = (target: string): string | null => {
  const [, first = "", second = null] = /^\/([^/?]+)\/([^/?]+)/.exec(target) ?? []
  return decoded(first) === "keys" ? second : null
}

const uuid = /^[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}$/i
