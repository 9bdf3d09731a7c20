import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"

/** What is said to a key that is unknown or expired, or that lacks the right; the engine does not say which. */
export const invalidApiKey: ErrorBody = errorBody("invalid_api_key", "The provided API key is invalid.")
