export type ChaosDocument = Readonly<Record<string, string | number>> & { readonly id: string }

/** What a client knows about its documents from the answers that it got: the judge over acknowledged writes. */
export interface KnownDocuments {
  /** A write is about to be sent: from now on its outcome is possible. `null` deletes. */
  readonly begin: (changes: ReadonlyMap<string, ChaosDocument | null>) => void
  /** Its task succeeded: from now on nothing else is possible, whatever happened to earlier writes. */
  readonly acknowledge: (changes: ReadonlyMap<string, ChaosDocument | null>) => void
  /** The documents that certainly exist, by id. */
  readonly certain: () => ReadonlyMap<string, ChaosDocument>
  /** What is wrong with the documents that the server has now. */
  readonly judge: (documents: ReadonlyMap<string, unknown>) => ReadonlyArray<string>
}

/**
 * A write without acknowledgement (an error, a failed task) may have happened or not, so several states are possible, and
 * the old one is among them. An acknowledged write leaves one.
 */
export const createKnownDocuments = (): KnownDocuments => {
  const possible = new Map<string, ReadonlyArray<ChaosDocument | null>>()
  return {
    begin: (changes) => {
      for (const [id, document] of changes) possible.set(id, [...(possible.get(id) ?? [null]), document])
    },
    acknowledge: (changes) => {
      for (const [id, document] of changes) possible.set(id, [document])
    },
    certain: () => {
      const certain = new Map<string, ChaosDocument>()
      for (const [id, [only, ...others]] of possible) {
        if (only !== undefined && only !== null && others.length === 0) certain.set(id, only)
      }
      return certain
    },
    judge: (documents) => judge(possible, documents),
  }
}

const judge = (
  possible: ReadonlyMap<string, ReadonlyArray<ChaosDocument | null>>,
  documents: ReadonlyMap<string, unknown>,
): ReadonlyArray<string> => {
  const violations: string[] = []
  for (const [id, states] of possible) {
    const actual = documents.get(id)
    const texts = states.map((state) => (state === null ? "absent" : canonicalText(state)))
    const text = actual === undefined ? "absent" : canonicalText(actual)
    if (texts.includes(text)) continue
    if (actual === undefined) violations.push(`the acknowledged document ${id} is lost`)
    else if (states.every((state) => state === null)) violations.push(`the deleted document ${id} is back: ${text}`)
    else violations.push(`document ${id} is ${text}, expected ${texts.join(" or ")}`)
  }
  for (const id of documents.keys()) if (!possible.has(id)) violations.push(`nobody wrote document ${id}`)
  return violations
}

/** Equal for equal JSON values, whatever the order of their members. */
export const canonicalText = (value: unknown): string => JSON.stringify(sorted(value)) ?? "undefined"

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const)
  return Object.fromEntries(members.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)))
}
