import { Effect } from "effect"
import { expect, test } from "vitest"
import { storeContract } from "#adapters/contract/store-contract.ts"
import { exampleTask } from "#adapters/contract/store-records.ts"
import { Store } from "#core/ports/store.ts"
import { makeMemoryStore, memoryStoreLayer } from "./memory-store.ts"

storeContract("memory store", Effect.sync(makeMemoryStore))

test("the store answers without leaving the current turn of the event loop", () => {
  const program = Effect.gen(function* () {
    const store = yield* Store
    const version = yield* store.intend((uid) => ({ tasks: [exampleTask(uid)] }))
    return yield* store.readTask(version)
  })
  // `runSync` throws when a program waits for anything: the simulator could not run it.
  expect(Effect.runSync(Effect.provide(program, memoryStoreLayer))).toEqual(exampleTask(1))
})

test("two stores share nothing", () => {
  const [one, other] = [makeMemoryStore(), makeMemoryStore()]
  Effect.runSync(one.commit({ tasks: [exampleTask(1)] }))
  expect(Effect.runSync(other.readTask(1))).toBeNull()
})
