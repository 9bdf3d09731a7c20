import { createServer, type IncomingMessage } from "node:http"
import { parseArgs } from "node:util"
import { answerModelNode, applyNextTask, createModelNode } from "#sim/model/model-node.ts"

// A model node as a process, for machines without an engine: `node embedded-node.ts --port 7701 [--master-key KEY]`.
// Its data lives in memory and dies with it.

/** Between the acceptance of a write and its application, as with an engine: clients must not rely on seeing it at once. */
const taskDelayMs = 1

const readBody = async (request: IncomingMessage): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

const { values } = parseArgs({ options: { port: { type: "string" }, "master-key": { type: "string" } } })
const node = createModelNode({ masterKey: values["master-key"] ?? null })

const server = createServer(async (request, response) => {
  const body = await readBody(request)
  const answer = answerModelNode(
    node,
    {
      method: request.method ?? "GET",
      path: request.url ?? "/",
      authorization: request.headers.authorization ?? null,
      contentType: request.headers["content-type"] ?? null,
      body: body.length === 0 ? null : body,
    },
    Date.now(),
  )
  response.writeHead(answer.status, answer.body === "" ? {} : { "content-type": "application/json" })
  response.end(answer.body)
  setTimeout(() => applyNextTask(node, Date.now()), taskDelayMs)
})

server.listen(Number(values.port), "127.0.0.1")
