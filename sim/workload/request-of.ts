import { encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest, HttpMethod } from "#core/protocol/http-message.ts"
import type { ClientAction } from "../plan/plan.ts"

/** The request that a client sends for it. */
export const requestOf = (action: ClientAction): ApiRequest => {
  if (action.do === "tasks") return bare("GET", "/tasks", "limit=1000")
  const index = `/indexes/${action.index}`
  switch (action.do) {
    case "add":
      return json("POST", `${index}/documents`, action.documents, "primaryKey=id")
    case "update":
      return json("PUT", `${index}/documents`, action.documents, "primaryKey=id")
    case "delete-one":
      return bare("DELETE", `${index}/documents/${action.id}`)
    case "delete-batch":
      return json("POST", `${index}/documents/delete-batch`, action.ids)
    case "delete-group":
      return json("POST", `${index}/documents/delete`, { filter: `group = ${action.group}` })
    case "clear":
      return bare("DELETE", `${index}/documents`)
    case "settings":
      return json("PATCH", `${index}/settings`, action.patch)
    case "create-index":
      return json("POST", "/indexes", { uid: action.index, primaryKey: "id" })
    case "delete-index":
      return bare("DELETE", index)
    case "get":
      return bare("GET", `${index}/documents/${action.id}`)
    case "list":
      return json("POST", `${index}/documents/fetch`, { limit: listedMost })
    case "search":
      return json("POST", `${index}/search`, action.body)
  }
}

/** More documents than a plan writes. */
export const listedMost = 1000

const bare = (method: HttpMethod, path: string, query = ""): ApiRequest => ({
  method,
  path,
  query,
  headers: {},
  body: new Uint8Array(0),
})

const json = (method: HttpMethod, path: string, value: unknown, query = ""): ApiRequest => ({
  method,
  path,
  query,
  headers: { "content-type": "application/json", "x-miroir-coverage": "1" },
  body: encodeUtf8(JSON.stringify(value)),
})

const reads: ReadonlySet<ClientAction["do"]> = new Set(["get", "list", "search", "tasks"])
export const isRead = (action: ClientAction): boolean => reads.has(action.do)
