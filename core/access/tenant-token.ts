import { faultOf } from "#core/protocol/serde-json-error.ts"
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts"
import type { Hmac } from "./hmac.ts"
import { isSameSecret } from "./is-same-secret.ts"
import { type TenantClaims, readAlgorithm, readClaims } from "./read-claims.ts"

export type TenantToken =
  /** Not of the form of a JWT: it may be an API key. */
  | { readonly tag: "absent" }
  | { readonly tag: "refused"; readonly message: string }
  /** `isSigned`: by the key with this text. */
  | { readonly tag: "read"; readonly claims: TenantClaims; readonly signature: Signature }

interface Signature {
  readonly algorithm: string
  readonly message: string
  readonly text: string
}

/** Reads a tenant token (JWT, RFC 7519) without trusting it: whose key it names must be known before it can be checked. */
export const readTenantToken = (token: string): TenantToken => {
  const signatureAt = token.lastIndexOf(".")
  const payloadAt = token.lastIndexOf(".", signatureAt - 1)
  if (signatureAt <= 0 || payloadAt === -1) return { tag: "absent" }
  const header = decodeBase64Url(token.slice(0, payloadAt))
  if (header.tag === "refused") return refuse(`Base64 error: ${header.reason}`)
  let algorithm = ""
  const headerFault = faultOf(() => (algorithm = readAlgorithm(header.bytes)))
  if (headerFault !== null) return refuse(`JSON error: ${headerFault.message}`)
  const payload = decodeBase64Url(token.slice(payloadAt + 1, signatureAt))
  if (payload.tag === "refused") return refuse(`Base64 error: ${payload.reason}`)
  let claims: TenantClaims | null = null
  const claimsFault = faultOf(() => (claims = readClaims(payload.bytes)))
  if (claimsFault !== null || claims === null) return refuse(`JSON error: ${claimsFault?.message ?? ""}`)
  return readAudience(claims, { algorithm, message: token.slice(0, signatureAt), text: token.slice(signatureAt + 1) })
}

const readAudience = (claims: TenantClaims, signature: Signature): TenantToken =>
  claims.hasAudience ? refuse("InvalidAudience") : { tag: "read", claims, signature }

/** Whether the token was made with the API key `keyText` and is still valid: null, or the engine's complaint. */
export const checkTenantToken = (
  { claims, signature }: Extract<TenantToken, { readonly tag: "read" }>,
  keyText: string,
  hmac: Hmac,
  nowMs: number,
): string | null => {
  const hash = hashes[signature.algorithm]
  if (hash === undefined) return decodingFailed("InvalidAlgorithm")
  const expected = encodeBase64Url(hmac(hash, keyText, signature.message))
  if (!isSameSecret(signature.text, expected)) return decodingFailed("InvalidSignature")
  const now = BigInt(Math.floor(nowMs / 1000))
  const expiry = claims.expiresAtSeconds
  return expiry !== null && now > expiry
    ? `Tenant token expired. Was valid up to \`${expiry}\` and we're now \`${now}\`.`
    : null
}

const hashes: Readonly<Record<string, "sha256" | "sha384" | "sha512" | undefined>> = {
  HS256: "sha256",
  HS384: "sha384",
  HS512: "sha512",
}

const decodingFailed = (reason: string): string => `Could not decode tenant token, ${reason}.`

const refuse = (reason: string): TenantToken => ({ tag: "refused", message: decodingFailed(reason) })
