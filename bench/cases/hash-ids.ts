import { strict as assert } from "node:assert"
import xxhash from "xxhash-wasm"
import { hashText, makeHash64 } from "#core/prelude/xxhash64.ts"
import type { BenchCase } from "../bench-case.ts"
import { makeIds } from "../inputs.ts"

export const hashIds: BenchCase = {
  name: "hash-ids",
  operation: "xxHash64 of 10,000 ids of 10 to 40 characters",
  ratioMin: null,
  prepare: async (share) => {
    const ids = makeIds(10_000 * share, 1)
    const wasm = await xxhash()
    const hash = makeHash64()
    for (const id of ids) {
      hashText(id, hash)
      assert.equal((BigInt(hash[0]!) << 32n) | BigInt(hash[1]!), wasm.h64(id))
    }
    return {
      ours: () => {
        let mixed = 0
        for (const id of ids) {
          hashText(id, hash)
          mixed ^= hash[1]!
        }
        return mixed
      },
      baseline: {
        name: "xxhash-wasm",
        run: () => {
          let mixed = 0n
          for (const id of ids) mixed ^= wasm.h64(id)
          return mixed
        },
      },
    }
  },
}
