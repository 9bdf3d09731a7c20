import { type Json, isJsonObject } from "#core/prelude/json.ts"
import type { Said } from "./trace-line.ts"

/** What later requests may refer to. Only answers that can say such a thing are parsed: they are small. */
export const whatWasSaid = (method: string, path: string, status: number, answer: string): Said => {
  if (status < 200 || status > 299) return {}
  // Canceling and deleting tasks makes a task too, and is answered 200.
  if (method !== "GET" && answer.startsWith('{"taskUid"'))
    return textsAndNumbers(answer, ({ taskUid }) => (isNumber(taskUid) ? { taskUid } : {}))
  if (method === "GET" && /^\/tasks\/\d+$/.test(path))
    return textsAndNumbers(answer, ({ status: taskStatus }) => (isText(taskStatus) ? { taskStatus } : {}))
  if (/^\/keys(\/|$)/.test(path)) return textsAndNumbers(answer, ({ uid }) => (isText(uid) ? { keyUid: uid } : {}))
  if (/^\/webhooks(\/|$)/.test(path))
    return textsAndNumbers(answer, ({ uuid }) => (isText(uuid) ? { webhookUuid: uuid } : {}))
  return {}
}

const textsAndNumbers = (answer: string, read: (members: Readonly<Record<string, Json | undefined>>) => Said): Said => {
  try {
    const value = JSON.parse(answer) as Json
    return isJsonObject(value) ? read(value) : {}
  } catch {
    return {}
  }
}

const isText = (value: Json | undefined): value is string => typeof value === "string"
const isNumber = (value: Json | undefined): value is number => typeof value === "number"
