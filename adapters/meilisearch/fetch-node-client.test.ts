import { nodeClientContract } from "#adapters/contract/node-client-contract.ts"
import { fetchNodeClientLayer } from "./fetch-node-client.ts"

nodeClientContract("fetch", fetchNodeClientLayer)
