import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type RequiredAction, keyActionsSince150 } from "#core/protocol/key-actions.ts"
import { grantsAction } from "./grants-action.ts"

const singleActions = keyActionsSince150.filter((action) => !action.includes("*")) as ReadonlyArray<RequiredAction>
const anySingle = fc.constantFrom(...singleActions)

describe("grantsAction", () => {
  test("an action is granted by itself and by no other single action", () => {
    fc.assert(
      fc.property(anySingle, anySingle, (held, required) => {
        expect(grantsAction([held], required)).toBe(held === required)
      }),
    )
  })

  test("the star grants everything, editing documents too", () => {
    for (const action of [...singleActions, "documents.*"] as const) expect(grantsAction(["*"], action)).toBe(true)
  })

  test("a group grants exactly its members", () => {
    const groups = keyActionsSince150.filter((action) => action.endsWith(".*"))
    fc.assert(
      fc.property(fc.constantFrom(...groups), anySingle, (group, required) => {
        expect(grantsAction([group], required)).toBe(required.split(".")[0] === group.slice(0, -2))
      }),
    )
  })

  test("a list grants what one of its members grants", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keyActionsSince150)), anySingle, (held, required) => {
        expect(grantsAction(held, required)).toBe(held.some((action) => grantsAction([action], required)))
      }),
    )
  })

  test("what only reads is granted by `*.get`; keys, chats with a model and writes are not", () => {
    for (const action of ["search", "documents.get", "tasks.get", "version", "export", "fields.post"] as const)
      expect(grantsAction(["*.get"], action)).toBe(true)
    for (const action of ["keys.get", "chatCompletions", "documents.add", "documents.*"] as const)
      expect(grantsAction(["*.get"], action)).toBe(false)
  })

  // Tried on v1.21.0: the group is stored as its members, and editing asks for the group.
  test("a key with `documents.*` may not edit documents by a function", () => {
    expect(grantsAction(["documents.*"], "documents.*")).toBe(false)
  })
})
