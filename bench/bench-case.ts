/** One comparison: our way and, in the same run on the same inputs, the obvious way. */
export interface BenchCase {
  /** What `--only` selects by. */
  readonly name: string
  /** What one operation does. */
  readonly operation: string
  /** How many times as fast as the baseline we have to be; null: a figure without a promise. */
  readonly ratioMin: number | null
  /**
   * Makes the inputs, always the same ones, and checks that both ways give the same answer. `share` is the part of the
   * full size: 1 to measure, less to test that the case still works.
   */
  readonly prepare: (share: number) => Promise<PreparedCase>
}

export interface PreparedCase {
  readonly ours: () => unknown
  readonly baseline: Baseline | null
}

export interface Baseline {
  readonly name: string
  readonly run: () => unknown
}
