import type { Api } from "./api.ts"
import { createKnownDocuments } from "./known-documents.ts"
import { type DocumentOwner, waitForTask } from "./traffic.ts"

export const indexUid = "chaos"
/** Documents that never change: every complete search for them finds exactly so many. */
export const anchors = 300

/** Creates the index and the documents that never change. */
export const prepareIndex = async (api: Api): Promise<DocumentOwner> => {
  const settings = {
    filterableAttributes: ["kind"],
    searchableAttributes: ["text"],
    // The last check reads every document by one search.
    pagination: { maxTotalHits: 1_000_000 },
  }
  const documents = Array.from({ length: anchors }, (_, number) => ({
    id: `anchor-${number}`,
    kind: "anchor",
    text: `a steady anchor ${number}`,
  }))
  await mustSucceed(api, "POST", "/indexes", { uid: indexUid, primaryKey: "id" })
  await mustSucceed(api, "PATCH", `/indexes/${indexUid}/settings`, settings)
  await mustSucceed(api, "POST", `/indexes/${indexUid}/documents`, documents)
  const known = createKnownDocuments()
  known.acknowledge(new Map(documents.map((document) => [document.id, document])))
  return { prefix: "anchor-", known }
}

const mustSucceed = async (api: Api, method: "POST" | "PATCH", path: string, body: unknown): Promise<void> => {
  const answer = await api.send(method, path, body)
  const task = answer.status === 202 ? await waitForTask(api, Number(answer.body["taskUid"])) : null
  if (task?.["status"] !== "succeeded") {
    throw new Error(`${method} ${path} did not succeed: ${answer.status} ${JSON.stringify(task ?? answer.body)}`)
  }
}
