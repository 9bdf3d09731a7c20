/** A keyed hash (RFC 2104); texts are hashed as UTF-8. Handed in, because core itself computes none. */
export type Hmac = (
  algorithm: "sha256" | "sha384" | "sha512",
  key: string | Uint8Array,
  message: string | Uint8Array,
) => Uint8Array
