import { Data } from "effect"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"

/** A task of the whole cluster ended without success; clients see `error` in the task. */
export class FleetTaskFailed extends Data.TaggedError("FleetTaskFailed")<{ readonly error: ErrorBody }> {}

export const taskFailed = (code: string, message: string): FleetTaskFailed =>
  new FleetTaskFailed({ error: errorBody(code, message) })
