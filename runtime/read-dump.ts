import { readDump } from "#adapters/dumps/read-dump.ts"

// `npm run dump -- FILE`: what a dump holds, without importing it.

const help = `npm run dump -- FILE

Reads a dump of Meilisearch or of Miroir (a .dump file) and prints what it holds: version, date, indexes with their primary keys and how
many documents they have, and keys. Nothing is written anywhere.`

interface IndexSummary {
  primaryKey: string | null
  documents: number
  settings: number
}

const summarize = async (file: string): Promise<string> => {
  const lines: Array<string> = []
  const indexes = new Map<string, IndexSummary>()
  let keys = 0
  const of = (uid: string): IndexSummary => {
    const known = indexes.get(uid) ?? { primaryKey: null, documents: 0, settings: 0 }
    indexes.set(uid, known)
    return known
  }
  for await (const piece of readDump(file)) {
    if (piece.tag === "metadata")
      lines.push(`format ${piece.dumpVersion}, Meilisearch ${piece.engineVersion}, ${piece.date}`)
    else if (piece.tag === "index") of(piece.uid).primaryKey = piece.primaryKey
    else if (piece.tag === "settings") of(piece.uid).settings = Object.keys(piece.settings).length
    else if (piece.tag === "document") of(piece.uid).documents++
    else if (piece.tag === "key") keys++
  }
  for (const [uid, index] of indexes)
    lines.push(
      `index ${uid}: ${index.documents} documents, primary key ${index.primaryKey ?? "none"}, ${index.settings} settings`,
    )
  return [...lines, `${keys} keys`].join("\n")
}

const [file] = process.argv.slice(2)
if (file === undefined || file === "--help") console.log(help)
else
  try {
    console.log(await summarize(file))
  } catch (error) {
    console.error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
