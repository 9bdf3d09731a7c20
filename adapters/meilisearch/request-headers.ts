import type { BodyPieces, NodeRequest } from "#core/protocol/http-message.ts"

/** Headers of a request to a node. Answers are asked for uncompressed: compressing costs a node more than a local wire does. */
export const requestHeaders = (request: NodeRequest, nodeKey: string | null): Record<string, string> => {
  const headers: Record<string, string> = { "accept-encoding": "identity" }
  if (nodeKey !== null) headers["authorization"] = `Bearer ${nodeKey}`
  if (request.contentType !== null) headers["content-type"] = request.contentType
  if (isPieces(request.body)) headers["content-length"] = `${request.body.byteLength}`
  return headers
}

export const isPieces = (body: NodeRequest["body"]): body is BodyPieces =>
  body !== null && typeof body === "object" && "pieces" in body
