import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { canonicalText, type ChaosDocument, createKnownDocuments } from "./known-documents.ts"

const version = (id: string, revision: number): ChaosDocument => ({ id, revision })

/** Writes to a handful of documents: deletion or a new version, acknowledged or not, and whether it really happened. */
const writes = fc.array(
  fc.record({
    id: fc.constantFrom("a", "b", "c"),
    isDeletion: fc.boolean(),
    outcome: fc.constantFrom("acknowledged", "unknown, happened", "unknown, did not happen"),
  }),
)

const replay = (history: Parameters<Parameters<typeof writes.map>[0]>[0]) => {
  const known = createKnownDocuments()
  const server = new Map<string, ChaosDocument>()
  for (const [revision, { id, isDeletion, outcome }] of history.entries()) {
    const changes = new Map([[id, isDeletion ? null : version(id, revision)]])
    known.begin(changes)
    if (outcome === "acknowledged") known.acknowledge(changes)
    if (outcome === "unknown, did not happen") continue
    if (isDeletion) server.delete(id)
    else server.set(id, version(id, revision))
  }
  return { known, server }
}

describe("what a client knows of its documents", () => {
  it("never accuses a server that did every acknowledged write and some of the others", () => {
    fc.assert(
      fc.property(writes, (history) => {
        const { known, server } = replay(history)
        expect(known.judge(server)).toEqual([])
      }),
    )
  })

  it("accuses a server that lost any certain document", () => {
    fc.assert(
      fc.property(writes, (history) => {
        const { known, server } = replay(history)
        for (const id of known.certain().keys()) {
          const damaged = new Map(server)
          damaged.delete(id)
          expect(known.judge(damaged)).toEqual([`the acknowledged document ${id} is lost`])
        }
      }),
    )
  })

  it("accuses a server that brings a deleted document back", () => {
    const known = createKnownDocuments()
    for (const changes of [new Map([["a", version("a", 1)]]), new Map([["a", null]])]) {
      known.begin(changes)
      known.acknowledge(changes)
    }
    expect(known.judge(new Map())).toEqual([])
    expect(known.judge(new Map([["a", version("a", 1)]]))).toEqual([
      'the deleted document a is back: {"id":"a","revision":1}',
    ])
  })

  it("accuses a server that shows an older version or a document that nobody wrote", () => {
    const known = createKnownDocuments()
    for (const revision of [1, 2]) {
      const changes = new Map([["a", version("a", revision)]])
      known.begin(changes)
      known.acknowledge(changes)
    }
    expect(known.judge(new Map([["a", version("a", 1)]]))).toHaveLength(1)
    const stranger = new Map([
      ["a", version("a", 2)],
      ["z", version("z", 9)],
    ])
    expect(known.judge(stranger)).toEqual(["nobody wrote document z"])
  })

  it("is not certain of a document while a write to it is without answer", () => {
    const known = createKnownDocuments()
    const changes = new Map([["a", version("a", 1)]])
    known.begin(changes)
    expect([...known.certain().keys()]).toEqual([])
    known.acknowledge(changes)
    expect([...known.certain().keys()]).toEqual(["a"])
  })

  it("writes equal texts for members in another order", () => {
    expect(canonicalText({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}')
  })
})
