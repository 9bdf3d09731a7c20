import { serverCompressionContract } from "#adapters/contract/server-compression-contract.ts"
import { serverContract } from "#adapters/contract/server-contract.ts"
import { serverLifeContract } from "#adapters/contract/server-life-contract.ts"
import { serveBun } from "./serve.ts"

// Runs under Bun only: the test run on Node leaves files named `*.bun.test.ts` out.
serverContract("Bun.serve", serveBun)
serverCompressionContract("Bun.serve", serveBun)
serverLifeContract("Bun.serve", serveBun)
