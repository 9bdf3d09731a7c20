import { readExactJson } from "../conformance/exact-json.ts"

/** How the names that the recorded servers gave are called on the target of a replay. */
export interface ReplayMemory {
  /** The path and the query string as the target understands them. */
  readonly translate: (target: string) => string
  /** An answer of the target in the words of the recording. */
  readonly translateBack: (answer: string) => string
  readonly taskUid: (recorded: number) => number | null
  readonly keyUid: (recorded: string) => string
  readonly learnTask: (recorded: number, replayed: number) => void
  readonly learnUuid: (recorded: string, replayed: string) => void
  /** Learns what stands at the same place of both answers: uids that a server draws, and numbers of batches. */
  readonly learnFrom: (recorded: string, replayed: string) => void
}

export const startMemory = (): ReplayMemory => {
  const tasks = new Map<number, number>()
  const batches = new Map<number, number>()
  const uuids = new Map<string, string>()
  const recordedUuids = new Map<string, string>()
  const renamed = (names: ReadonlyMap<number, number>) => (digits: string) => `${names.get(Number(digits)) ?? digits}`

  const learnUuid = (recorded: string, replayed: string): void => {
    if (recorded === replayed || uuids.has(recorded)) return
    uuids.set(recorded, replayed)
    recordedUuids.set(replayed, recorded)
  }
  return {
    translate: (target) =>
      target
        .replace(/(?<=^\/tasks\/)\d+/, renamed(tasks))
        .replace(/(?<=^\/batches\/)\d+/, renamed(batches))
        .replace(taskLists, (list) => eachNumber(list, renamed(tasks)))
        .replace(batchLists, (list) => eachNumber(list, renamed(batches)))
        .replace(uuid, (found) => uuids.get(found) ?? found),
    translateBack: (answer) => answer.replace(uuid, (found) => recordedUuids.get(found) ?? found),
    taskUid: (recorded) => tasks.get(recorded) ?? null,
    keyUid: (recorded) => uuids.get(recorded) ?? recorded,
    learnTask: (recorded, replayed) => void tasks.set(recorded, replayed),
    learnUuid,
    learnFrom: (recorded, replayed) =>
      walkBoth(readExactJson(recorded), readExactJson(replayed), (name, one, other) => {
        if (name === "batchUid" && typeof one === "number" && typeof other === "number") batches.set(one, other)
        if (isUuid(one) && isUuid(other)) learnUuid(one, other)
      }),
  }
}

/** A comma may be encoded, and its code has a digit. */
const taskLists = /(?<=^\/(?:tasks|batches)[^?]*\?(?:.*&)?(?:uids|canceledBy|from)=)(?:\d|,|%2C)+/gi
const batchLists = /(?<=^\/(?:tasks|batches)[^?]*\?(?:.*&)?batchUids=)(?:\d|,|%2C)+/gi

const eachNumber = (list: string, rename: (digits: string) => string): string =>
  list
    .split(/(,|%2C)/i)
    .map((part) => (/^\d+$/.test(part) ? rename(part) : part))
    .join("")

const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g
const oneUuid = new RegExp(`^${uuid.source}$`)

const isUuid = (value: unknown): value is string => typeof value === "string" && oneUuid.test(value)

/** Calls `visit` for what both values have under the same names and at the same places. */
const walkBoth = (one: unknown, other: unknown, visit: (name: string, one: unknown, other: unknown) => void): void => {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return
  for (const [name, inner] of Object.entries(one)) {
    const counterpart = (other as Readonly<Record<string, unknown>>)[name]
    visit(name, inner, counterpart)
    walkBoth(inner, counterpart, visit)
  }
}
