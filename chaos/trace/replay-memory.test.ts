import { expect, it } from "vitest"
import { startMemory } from "./replay-memory.ts"

const one = "6062abda-a5aa-4414-ac91-ecd7944c0f8d"
const other = "d06b2259-0bec-435c-9dc6-b65b232af246"

it("puts the target's uids of tasks wherever a path or a query means tasks, and nowhere else", () => {
  const memory = startMemory()
  memory.learnTask(1, 501)
  memory.learnTask(12, 502)
  const translated: Readonly<Record<string, string>> = {
    "/tasks/12": "/tasks/502",
    "/tasks/12/documents": "/tasks/502/documents",
    "/tasks/13": "/tasks/13",
    "/tasks?limit=1&uids=1,12,13": "/tasks?limit=1&uids=501,502,13",
    "/tasks?uids=1%2C12%2c2": "/tasks?uids=501%2C502%2c2",
    "/tasks/cancel?uids=12&from=1": "/tasks/cancel?uids=502&from=501",
    "/batches?canceledBy=12&uids=1": "/batches?canceledBy=502&uids=501",
    "/indexes/1/documents/12?limit=1": "/indexes/1/documents/12?limit=1",
    "/indexes/m/search?q=1&uids=12": "/indexes/m/search?q=1&uids=12",
  }
  for (const [recorded, expected] of Object.entries(translated)) expect(memory.translate(recorded)).toBe(expected)
})

it("learns from both answers what a server draws, and calls it by its recorded name again", () => {
  const memory = startMemory()
  memory.learnFrom(`{"results":[{"uuid":"${one}","batchUid":4}]}`, `{"results":[{"uuid":"${other}","batchUid":9}]}`)
  expect(memory.translate(`/webhooks/${one}`)).toBe(`/webhooks/${other}`)
  expect(memory.translate("/tasks?batchUids=4")).toBe("/tasks?batchUids=9")
  expect(memory.translate("/batches/4")).toBe("/batches/9")
  expect(memory.translateBack(`Webhook ${other} was not found`)).toBe(`Webhook ${one} was not found`)
})
