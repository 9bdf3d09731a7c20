import { invalidValue, notAPositiveInteger, unknownParameter } from "#core/protocol/deserr-messages.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import { lastValues, parseQuery } from "#core/protocol/parse-query.ts"

const limitDefault = 20
const usizeMax = 2n ** 64n - 1n

export type KeyPage =
  | { readonly tag: "parsed"; readonly offset: number; readonly limit: number }
  | { readonly tag: "refused"; readonly error: ErrorBody }

/** Query parameters of `GET /keys`; the first mistake is the answer. */
export const parseKeyPage = (query: string): KeyPage => {
  const page = { offset: 0, limit: limitDefault }
  for (const [name, text] of lastValues(parseQuery(query))) {
    if (name !== "offset" && name !== "limit") return refuse("bad_request", unknownParameter(name, ["offset", "limit"]))
    if (!/^\+?[0-9]+$/.test(text) || BigInt(text.replace("+", "")) > usizeMax)
      return refuse(
        `invalid_api_key_${name}`,
        invalidValue({ tag: "query", parameter: name }, notAPositiveInteger(text)),
      )
    page[name] = Number(text)
  }
  return { tag: "parsed", ...page }
}

const refuse = (code: string, message: string): KeyPage => ({ tag: "refused", error: errorBody(code, message) })
