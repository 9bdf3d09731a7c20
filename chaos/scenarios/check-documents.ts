import type { Api } from "./api.ts"
import type { DocumentOwner } from "./traffic.ts"

const pageSize = 1_000

/**
 * Reads everything through the proxy, once as documents and once by search, and compares it with what their owners know:
 * every acknowledged write is there, no deleted document is, and both ways of reading agree.
 */
export const checkDocuments = async (
  api: Api,
  indexUid: string,
  owners: ReadonlyArray<DocumentOwner>,
): Promise<ReadonlyArray<string>> => {
  const listed = await listDocuments(api, indexUid)
  const byOwner = owners.flatMap(({ prefix, known }) => known.judge(only(listed, prefix)))
  const strangers = [...listed.keys()].filter((id) => !owners.some(({ prefix }) => id.startsWith(prefix)))
  const searched = await searchDocuments(api, indexUid)
  const difference = [
    ...[...listed.keys()].filter((id) => !searched.has(id)).map((id) => `search does not find document ${id}`),
    ...[...searched].filter((id) => !listed.has(id)).map((id) => `search finds ${id}, which is no document`),
  ]
  return [...byOwner, ...strangers.map((id) => `nobody wrote document ${id}`), ...difference]
}

const only = (documents: ReadonlyMap<string, unknown>, prefix: string): ReadonlyMap<string, unknown> =>
  new Map([...documents].filter(([id]) => id.startsWith(prefix)))

const listDocuments = async (api: Api, indexUid: string): Promise<ReadonlyMap<string, unknown>> => {
  const documents = new Map<string, unknown>()
  for (let offset = 0; ; offset += pageSize) {
    const { status, body } = await api.send("GET", `/indexes/${indexUid}/documents?offset=${offset}&limit=${pageSize}`)
    if (status !== 200) throw new Error(`the documents cannot be listed: ${status} ${JSON.stringify(body)}`)
    const page = body["results"] as ReadonlyArray<{ readonly id: string }>
    for (const document of page) documents.set(document.id, document)
    if (page.length === 0) return documents
  }
}

/** The index allows as many hits as there are documents, see the scenario's settings. */
const searchDocuments = async (api: Api, indexUid: string): Promise<ReadonlySet<string>> => {
  const request = { q: "", limit: 100_000, attributesToRetrieve: ["id"] }
  const { status, body } = await api.send("POST", `/indexes/${indexUid}/search`, request)
  if (status !== 200) throw new Error(`the documents cannot be searched: ${status} ${JSON.stringify(body)}`)
  return new Set((body["hits"] as ReadonlyArray<{ readonly id: string }>).map(({ id }) => id))
}
