import { BrokenInvariant } from "./invariant.ts"

/** Ends a `switch` over a union: a new variant does not compile until every switch has an answer for it. */
export const unreachable = (value: never): never => {
  throw new BrokenInvariant("every-case-is-handled", `no answer for ${JSON.stringify(value)}`)
}
