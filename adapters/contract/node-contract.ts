// What Miroir relies on in a Meilisearch node, as tests that any node must pass: the real engine, and the model that
// stands in for it in simulations. Measured on v1.21.0. A difference that a test here does not show may exist; one that
// Miroir depends on may not.

import { describe } from "vitest"
import { contractClient, type ContractNode } from "./contract-client.ts"
import { documentCases } from "./node-contract-documents.ts"
import { errorCases } from "./node-contract-errors.ts"
import { filterCases } from "./node-contract-filters.ts"
import { hiddenFieldCases } from "./node-contract-hidden-fields.ts"
import { indexCases } from "./node-contract-indexes.ts"
import { rankingCases } from "./node-contract-ranking.ts"
import { searchCases } from "./node-contract-search.ts"
import { settingsCases } from "./node-contract-settings.ts"
import { taskCases } from "./node-contract-tasks.ts"

/** Registers the whole contract. `node` starts empty, and lives until the last case has ended. */
export const nodeContract = (name: string, node: () => ContractNode): void => {
  const client = contractClient({ send: (request) => node().send(request), settle: () => node().settle() })
  describe(name, () => {
    describe("indexes", () => indexCases(client))
    describe("documents", () => documentCases(client))
    describe("settings", () => settingsCases(client))
    describe("filters", () => filterCases(client))
    describe("searches", () => searchCases(client))
    describe("ranking", () => rankingCases(client))
    describe("hidden fields", () => hiddenFieldCases(client))
    describe("tasks", () => taskCases(client))
    describe("errors", () => errorCases(client))
  })
}
