import { isJsonObject } from "#core/prelude/json.ts"
import type { NodeResponse } from "./http-message.ts"
import { type ErrorBody, errorBody } from "./meilisearch-error.ts"
import { reservedPrefix, shardField } from "./hidden-fields.ts"

/** The error that a node answered, or null where its body is no error object of Meilisearch. */
export const readNodeError = (body: string): ErrorBody | null => {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return null
  }
  return isJsonObject(value) ? asErrorBody(value) : null
}

export const asErrorBody = (value: Record<string, unknown>): ErrorBody | null => {
  const { message, code, type, link } = value
  return typeof message === "string" && typeof code === "string" && typeof type === "string"
    ? { message, code, type, link: typeof link === "string" ? link : "" }
    : null
}

/**
 * A node's error as a client may see it: with the client's name of the index, without hidden attributes, and without
 * those that the client does not display (null: all are displayed), which the engine hides in some lists.
 */
export const toUserError = (
  error: ErrorBody,
  physicalUid: string,
  uid: string,
  displayed: ReadonlyArray<string> | null = null,
): ErrorBody =>
  saysUnready(error)
    ? errorBody("index_not_found", `Index \`${uid}\` not found.`)
    : { ...error, message: hideUndisplayed(hideAttributes(error.message.replaceAll(physicalUid, uid)), displayed) }

/**
 * Whether a node has the index only in part: without the attribute that we have added and that every request counts on. Its creation did not
 * come through there, so for clients the index does not exist yet.
 */
export const saysUnready = ({ message }: ErrorBody): boolean =>
  message.includes(`Attribute \`${shardField}\` is not filterable`)

/**
 * These lists name displayed attributes only, and say that there are others (measured on v1.21.0). Those in errors of
 * filters, in which every name has its own quotes, and of facets name all.
 */
const hideUndisplayed = (message: string, displayed: ReadonlyArray<string> | null): string =>
  displayed === null || message.includes("Invalid facet distribution: ")
    ? message
    : message.replace(
        /(Available [a-z-]+ attributes(?: patterns)? are:) `([^`]*)`\.(?!\n)/g,
        (_sentence, opening: string, list: string) => {
          const names = list.split(", ")
          const shown = names.filter((name) => displayed.includes(name))
          const marked = shown.length === names.length ? shown : [...shown, "<..hidden-attributes>"]
          return `${opening} \`${marked.join(", ")}\`.`
        },
      )

/**
 * Messages list the attributes of the index: "Available filterable attribute patterns are: `a, _miroir_shard`."
 * The hidden ones are taken out; where nothing is left, the sentence becomes the one for an empty list.
 */
const hideAttributes = (message: string): string => {
  if (!message.includes(reservedPrefix)) return message
  return message.replace(
    /(Available (filterable|sortable|searchable) attributes?(?: patterns)? are:) (`.*?`)\.(?=\n|$)/g,
    (_sentence, opening: string, kind: string, list: string) => {
      // Either every name has its own quotes, or all stand in one pair.
      const separator = list.includes("`, `") ? "`, `" : ", "
      const shown = list
        .slice(1, -1)
        .split(separator)
        .filter((name) => !name.startsWith(reservedPrefix))
      return shown.length === 0
        ? `This index does not have configured ${kind} attributes.`
        : `${opening} \`${shown.join(separator)}\`.`
    },
  )
}

/** Whether an answer says that the request itself is wrong, so that every other node would say the same. */
export const isRefusal = (response: NodeResponse): boolean =>
  response.status >= 400 && response.status < 500 && ![401, 403, 408, 422, 429].includes(response.status)
