import { createHmac } from "node:crypto"
import { Layer } from "effect"
import { Hashing } from "#core/ports/hashing.ts"

/** Hashing with OpenSSL, or what stands for it in Bun: `node:crypto` exists on both. */
export const nodeHashingLayer: Layer.Layer<Hashing> = Layer.succeed(Hashing, {
  hmac: (algorithm, key, message) => createHmac(algorithm, key).update(message).digest(),
})
