import { codeMeaning } from "#core/protocol/error-codes.ts"
import { errorBody, type ErrorBody } from "#core/protocol/meilisearch-error.ts"

/** Ends the handling of a request, or of a task, with an error of Meilisearch's shape. */
export class Refusal extends Error {
  override readonly name = "Refusal"
  readonly body: ErrorBody
  get status(): number {
    return codeMeaning(this.body.code)?.status ?? 500
  }
  constructor(body: ErrorBody) {
    super(body.message)
    this.body = body
  }
}

export const refuse = (code: string, message: string): never => {
  throw new Refusal(errorBody(code, message))
}

/** For everything that the engine can do and the model cannot: a refusal is better than a wrong answer. */
export const refuseUnsupported = (what: string): never =>
  refuse("feature_not_enabled", `${unsupportedBeginning} ${what}: run Miroir on real Meilisearch nodes for that.`)

/** By these words a person, and a count, tell the model's limits from the engine's refusals. */
export const unsupportedBeginning = "The embedded engine does not support"
