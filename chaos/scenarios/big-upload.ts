import { createWriteStream, existsSync, openAsBlob, readFileSync } from "node:fs"
import { join } from "node:path"
import { once } from "node:events"
import { seededDraws } from "../seeded-draws.ts"
import type { Fleet } from "../fleet.ts"
import { startNode } from "../node-process.ts"
import { createTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts"
import type { Timeline } from "../timeline.ts"

/** The engine's own limit of a payload, which is the proxy's, too. */
const payloadBytes = 100_000_000
/** Resident memory that the proxy may have needed at its highest. */
const residentBytesMax = 512 * 1024 * 1024

export interface UploadFigures {
  readonly payloadBytes: number
  readonly documents: number
  readonly residentBytesBefore: number
  /** The highest since the proxy started. */
  readonly residentBytesMax: number
  readonly proxySeconds: number
  readonly bareSeconds: number
}

/** Uploads the largest payload that is allowed, to a bare engine and through the proxy, and looks at the proxy's memory. */
export const bigUpload = async (
  fleet: Fleet,
  timeline: Timeline,
  seed: number,
): Promise<{ readonly figures: UploadFigures; readonly violations: ReadonlyArray<string> }> => {
  const folder = createTemporaryFolder("upload")
  const bare = await startNode({ id: "bare", engine: "real", masterKey: fleet.masterKey, folder })
  try {
    const file = join(folder, "documents.ndjson")
    const documents = await writeDocuments(file, seed)
    timeline.note(`${documents} documents in ${payloadBytes / 1e6} MB`)
    const residentBytesBefore = residentBytes(fleet.proxyPid, "VmRSS")
    const bareSeconds = await upload(bare.url, fleet.masterKey, file, documents)
    timeline.note(`the bare engine took them in ${bareSeconds.toFixed(2)} s`)
    const proxySeconds = await upload(fleet.url, fleet.masterKey, file, documents)
    timeline.note(`the proxy took them in ${proxySeconds.toFixed(2)} s`)
    const highest = residentBytes(fleet.proxyPid, "VmHWM")
    const figures = {
      payloadBytes,
      documents,
      residentBytesBefore,
      residentBytesMax: highest,
      proxySeconds,
      bareSeconds,
    }
    const tooMuch = `the proxy needed ${toMegabytes(highest)} MB of memory, more than ${toMegabytes(residentBytesMax)} MB`
    return { figures, violations: highest > residentBytesMax ? [tooMuch] : [] }
  } finally {
    await bare.end()
    removeTemporaryFolder(folder)
  }
}

export const printFigures = (figures: UploadFigures): string =>
  [
    `payload               ${toMegabytes(figures.payloadBytes)} MB, ${figures.documents} documents`,
    `memory of the proxy   ${toMegabytes(figures.residentBytesBefore)} MB before, ${toMegabytes(figures.residentBytesMax)} MB at its highest`,
    `until 202             ${figures.proxySeconds.toFixed(2)} s through the proxy, ${figures.bareSeconds.toFixed(2)} s on a bare engine`,
  ].join("\n")

const toMegabytes = (bytes: number): number => Math.round(bytes / 1e6)

const words =
  "the of search index document shard mountain river story night city love war young family world island".split(" ")

/** NDJSON of some 200 bytes a document, as large as allowed; returns how many documents there are. */
const writeDocuments = async (file: string, seed: number): Promise<number> => {
  const draw = seededDraws(seed)
  const text = (count: number): string => Array.from({ length: count }, () => draw.pick(words)).join(" ")
  const out = createWriteStream(file)
  let written = 0
  let id = 0
  for (let batch = ""; ; batch = "") {
    while (batch.length < 1_000_000)
      batch += `${JSON.stringify({ id: id++, title: text(4), overview: text(22), year: 1930 + (id % 95) })}\n`
    if (written + batch.length > payloadBytes) break
    written += batch.length
    if (!out.write(batch)) await once(out, "drain")
  }
  out.end()
  await once(out, "close")
  return countLines(file)
}

const countLines = (file: string): number =>
  readFileSync(file).reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 0)

/** Seconds until the upload was accepted. */
const upload = async (url: string, masterKey: string, file: string, documents: number): Promise<number> => {
  const headers = { "content-type": "application/x-ndjson", authorization: `Bearer ${masterKey}` }
  const body = await openAsBlob(file)
  const startedAt = performance.now()
  const response = await fetch(`${url}/indexes/upload/documents`, { method: "POST", headers, body })
  const seconds = (performance.now() - startedAt) / 1000
  if (response.status !== 202)
    throw new Error(`the upload to ${url} was answered ${response.status}: ${await response.text()}`)
  const { taskUid } = (await response.json()) as { readonly taskUid?: number }
  const task = await fetch(`${url}/tasks/${taskUid}`, { headers: { authorization: headers.authorization } })
  const { details } = (await task.json()) as { readonly details: { readonly receivedDocuments: number } }
  if (details.receivedDocuments !== documents)
    throw new Error(`${details.receivedDocuments} of ${documents} documents arrived`)
  return seconds
}

/** As Linux counts it. */
const residentBytes = (pid: number, name: "VmRSS" | "VmHWM"): number => {
  const file = `/proc/${pid}/status`
  if (!existsSync(file)) throw new Error("this scenario reads the memory of a process from /proc, which only Linux has")
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync(file, "utf8"))
  return Number(found?.[1]) * 1024
}
