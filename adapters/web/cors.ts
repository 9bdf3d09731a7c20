import type { WireResponse } from "./wire-response.ts"

// Cross-origin behaviour as Meilisearch v1.21 shows it on the wire: everybody may do everything, and `vary` stands on every answer.

/** Stands on every answer, also where nobody asked for it. */
export const varyHeader = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"

/**
 * The answer to a preflight, or null when the request is none: an `OPTIONS` without a (well-formed)
 * `Access-Control-Request-Method` is an ordinary request. No route is looked up: also an unknown path is answered 200.
 */
export const answerPreflight = (
  method: string,
  headers: Readonly<Record<string, string | undefined>>,
): WireResponse | null => {
  const wanted = headers["access-control-request-method"]
  if (method !== "OPTIONS" || wanted === undefined || !/^[!#$%&'*+.^_`|~\w-]+$/.test(wanted)) return null
  if (!allowedMethods.includes(wanted)) {
    return {
      status: 400,
      headers: {},
      body: "Requested method is not allowed",
      coding: "identity",
      closesConnection: false,
    }
  }
  const wantedHeaders = headers["access-control-request-headers"]
  return {
    status: 200,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": allowedMethods.join(", "),
      ...(wantedHeaders === undefined ? {} : { "access-control-allow-headers": wantedHeaders }),
      "access-control-max-age": "86400",
      vary: varyHeader,
    },
    body: "",
    coding: "identity",
    closesConnection: false,
  }
}

const allowedMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
