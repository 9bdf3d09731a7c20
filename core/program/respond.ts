import type { Json } from "#core/prelude/json.ts"
import type { ApiResponse } from "#core/protocol/http-message.ts"

export const jsonResponse = (value: Json, status = 200): ApiResponse => ({
  status,
  body: JSON.stringify(value),
  headers: {},
})
