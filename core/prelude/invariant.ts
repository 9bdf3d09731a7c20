/** A promise of the design was broken: a bug of ours, never a mistake of a client or of a node. */
export class BrokenInvariant extends Error {
  override readonly name = "BrokenInvariant"
  readonly invariant: string
  constructor(invariant: string, consequence: string) {
    super(`invariant "${invariant}" is broken: ${consequence}`)
    this.invariant = invariant
  }
}

/**
 * Asserts what must hold for data to be safe. `consequence` says what would go wrong if we went on.
 * The error is never caught and passed over: it fails the request, and it fails a simulation.
 */
export function invariant(holds: boolean, name: string, consequence: string): asserts holds {
  if (!holds) throw new BrokenInvariant(name, consequence)
}
