import type { History } from "../world/history.ts"
import { type Failure, broken } from "../world/verdict.ts"
import { say } from "./read-calls.ts"

/** Fields, indexes and names that only the proxy and its nodes may see. */
const hidden = /_miroir_(shard|version|node|z)|[a-z]__[0-9]+|http:\/\/n[0-9]/

/** `hidden-stays-hidden`: no answer tells of the machinery. */
export const checkHidden = (history: History): Failure | null => {
  for (const attempt of history.attempts) {
    const { response } = attempt
    if (response === null) continue
    const found = hidden.exec(response.body) ?? hidden.exec(JSON.stringify(response.headers))
    if (found !== null) return broken("hidden-stays-hidden", `a client saw ${found[0]}`, say(attempt))
  }
  return null
}
