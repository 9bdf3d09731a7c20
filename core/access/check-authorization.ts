import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { authenticate } from "./authenticate.ts"

/** May this request pass a server that knows no key but its master key? Null: it may. */
export const checkAuthorization = (header: string | undefined, masterKey: string | null): ErrorBody | null => {
  const authenticated = authenticate(
    header,
    { action: "master", index: null },
    {
      masterKey,
      keyByUid: () => null,
      keyByText: () => null,
      textOf: () => "",
      hmac: () => new Uint8Array(),
      nowMs: 0,
      limitsScopedKeys: false,
    },
  )
  return authenticated.tag === "refused" ? authenticated.error : null
}
