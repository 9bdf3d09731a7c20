import { createHmac } from "node:crypto"
import { textOfKey } from "#core/access/api-key.ts"
import type { Hmac } from "#core/access/hmac.ts"
import type { TracedCaller } from "#core/tracing/trace-line.ts"

/** What a target gives to those who were somebody when the trace was recorded. */
export interface Keyring {
  /** null: the target has no master key, or nobody told us. */
  readonly masterKey: string | null
  /** How a key of the recording is called on the target. */
  readonly keyUid: (recorded: string) => string
}

/** The `Authorization` of a caller on the target; null: none. Keys are derived as servers derive them, so nobody has to tell them. */
export const authorizationOf = (caller: TracedCaller, isSecured: boolean, keyring: Keyring): string | null => {
  const { masterKey } = keyring
  if (masterKey === null) return null
  // Where everybody might do everything, it was done as by the master.
  if (!isSecured) return bearer(masterKey)
  switch (caller.kind) {
    case "none":
      return null
    case "master":
      return bearer(masterKey)
    case "key":
      return bearer(keyText(caller.uid, masterKey, keyring))
    case "tenant":
      return bearer(tenantToken(caller, masterKey, keyring))
    case "unknown":
      return bearer("a-key-that-nobody-has")
    case "malformed":
      return "malformed"
  }
}

/** The text of a key of the recording on the target. */
export const keyText = (uid: string, masterKey: string, { keyUid }: Keyring): string =>
  textOfKey(hmac, masterKey, keyUid(uid))

const bearer = (token: string): string => `Bearer ${token}`

const tenantToken = (
  caller: Extract<TracedCaller, { readonly kind: "tenant" }>,
  masterKey: string,
  keyring: Keyring,
): string => {
  const { rules, expiredAtSeconds, isGenuine } = caller
  const claims = {
    searchRules: rules,
    apiKeyUid: keyring.keyUid(caller.uid),
    ...(expiredAtSeconds === null ? {} : { exp: expiredAtSeconds }),
  }
  const message = `${base64({ alg: "HS256", typ: "JWT" })}.${base64(claims)}`
  const secret = isGenuine ? keyText(caller.uid, masterKey, keyring) : "a-key-that-nobody-has"
  return `${message}.${createHmac("sha256", secret).update(message).digest("base64url")}`
}

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")

const hmac: Hmac = (algorithm, key, message) => createHmac(algorithm, key).update(message).digest()
