import { Context } from "effect"
import type { Hmac } from "#core/access/hmac.ts"

/** Hashes with a secret: API keys are derived with them, and tenant tokens are signed. Synchronous and deterministic. */
export class Hashing extends Context.Service<Hashing, { readonly hmac: Hmac }>()("miroir/Hashing") {}
