import { hashText, makeHash64 } from "#core/prelude/xxhash64.ts"
import { epochMs } from "../kernel/kernel.ts"

/** What happened, line by line. Two runs are the same run when their hashes are. */
export interface Trace {
  readonly write: (kind: string, text: string) => void
  /** 16 hexadecimal digits over all lines so far. */
  readonly hash: () => string
  readonly lines: ReadonlyArray<string>
}

/** Bodies are shown up to here; what follows counts for the hash by its length only. */
const shownMost = 160

export const makeTrace = (nowMs: () => number, isKept: boolean): Trace => {
  const hash = makeHash64()
  const lines: Array<string> = []
  let pending = ""
  const fold = (): void => {
    hashText(`${hash[0]} ${hash[1]}\n${pending}`, hash)
    pending = ""
  }
  return {
    lines,
    write: (kind, text) => {
      const shown = text.length > shownMost ? `${text.slice(0, shownMost)}… (${text.length})` : text
      const line = `${String(nowMs() - epochMs).padStart(7)} ${kind.padEnd(7)} ${shown}`
      if (isKept) lines.push(line)
      pending += `${line}\n`
      if (pending.length > 4_000) fold()
    },
    hash: () => {
      fold()
      return [hash[0]!, hash[1]!].map((part) => part.toString(16).padStart(8, "0")).join("")
    },
  }
}
