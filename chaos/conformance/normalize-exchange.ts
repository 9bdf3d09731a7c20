import { normalizeAnswer, type TaskNames } from "../e2e/normalize-answer.ts"
import type { Exchange } from "./run-sequence.ts"

/** What is compared of an exchange, without what no two servers share: clocks, counters, random uids. */
export const normalizeExchange = ({ answer, failure, task }: Exchange, names: TaskNames): unknown => ({
  status: answer?.status ?? null,
  headers: answer === null ? null : { ...answer.headers, allow: methodsOf(answer.headers["allow"]) },
  body: normalizeValue(answer?.body ?? null, names),
  task: normalizeValue(task, names),
  failure,
})

/** `GET, POST` as a set: the order says nothing. */
const methodsOf = (allow: string | undefined): ReadonlyArray<string> | null => allow?.split(", ").sort() ?? null

const normalizeValue = (value: unknown, names: TaskNames): unknown => rewriteValue(normalizeAnswer(value, names), names)

const rewriteValue = (value: unknown, names: TaskNames): unknown => {
  if (typeof value === "string") return rewriteText(value, names)
  if (Array.isArray(value)) return value.map((element) => rewriteValue(element, names))
  if (typeof value !== "object" || value === null) return value
  const random = randomMembers(value)
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === "string" && random[name]?.test(inner) === true ? `a random ${name}` : rewriteValue(inner, names),
    ]),
  )
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[47][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const keyText = /^[\da-f]{64}$/

/** Members whose value a server draws, and the shape that it must have all the same. */
const randomMembers = (value: object): Readonly<Record<string, RegExp>> =>
  "name" in value && typeof value.name === "string" && value.name.startsWith("Default ")
    ? { uid: uuid, key: keyText }
    : { requestUid: uuid, queryUid: uuid, uuid }

const rewriteText = (text: string, names: TaskNames): string => {
  const name = (uid: string): string => (names.knows(Number(uid)) ? `{${names.of(Number(uid))}}` : uid)
  return text
    .replace(/(?<=[?&](?:uids|batchUids|canceledBy|from)=)[\d,]+/g, (list) => list.replace(/\d+/g, name))
    .replace(/(?<=(?:Task|Batch) `)\d+(?=`)/g, name)
    .replace(/(?<=[Ww]ebhook `)[\da-f-]{36}(?=`)/g, "a random uuid")
    .replace(/(?<=we're now `)\d+/, "now")
    .replace(/^\d{8}-\d{9}$/, "a dump's uid")
}
