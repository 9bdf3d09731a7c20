import { afterAll, beforeAll } from "vitest"
import { nodeContract } from "#adapters/contract/node-contract.ts"
import { type EngineProcess, settleEngine, startEngine } from "./engine-process.ts"

let engine: EngineProcess

beforeAll(async () => {
  engine = await startEngine()
})

afterAll(async () => {
  await engine?.stop()
})

nodeContract("a real Meilisearch", () => ({
  send: async ({ method, path, body, contentType }) => {
    const headers: Record<string, string> = contentType === null ? {} : { "content-type": contentType }
    const sent = typeof body === "string" || body === null ? body : new TextDecoder().decode(body)
    const response = await fetch(`${engine.url}${path}`, { method, body: sent, headers })
    return { status: response.status, body: await response.text() }
  },
  settle: () => settleEngine(engine.url),
}))
