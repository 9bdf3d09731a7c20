import { epochMs } from "../kernel/kernel.ts"
import type { FaultItem } from "../plan/plan.ts"
import type { StoryEvent } from "./story-event.ts"

/** Out of a kept trace: what broke and healed, and what the proxy said itself. */
export const tellTrace = (trace: ReadonlyArray<string>): ReadonlyArray<StoryEvent> =>
  trace.flatMap((line): ReadonlyArray<StoryEvent> => {
    const [, ms, kind, text = ""] = /^ *(\d+) (fault|healed|spared|log) +(.*)$/s.exec(line) ?? []
    const atMs = epochMs + Number(ms)
    switch (kind) {
      case "fault":
        return [{ atMs, who: "fault", what: wordsOf(JSON.parse(text) as FaultItem).begins }]
      case "healed":
        return [{ atMs, who: "fault", what: wordsOf(JSON.parse(text) as FaultItem).ends }]
      case "spared":
        return [{ atMs, who: "fault", what: `the fault budget does not allow this: ${text}` }]
      case "log":
        return tellLog(atMs, text)
      default:
        return []
    }
  })

interface Words {
  readonly begins: string
  readonly ends: string
}

const wordsOf = (item: FaultItem): Words => {
  const node = "node" in item ? item.node : ""
  switch (item.fault) {
    case "crash":
      return { begins: `${node} is killed`, ends: `${node} is started again, with its disk` }
    case "crash-empty":
      return { begins: `${node} is killed, and its disk is lost`, ends: `${node} is started again on an empty disk` }
    case "crash-older":
      return {
        begins: `${node} is killed, and its disk is lost`,
        ends: `${node} is started again on a copy of its disk, made ${item.snapshotMs ?? 0} ms before it died`,
      }
    case "slow-queue":
      return {
        begins: `${node} takes ${item.extraMs ?? 0} ms longer for each task`,
        ends: `${node} is as fast as before`,
      }
    case "slow-network":
      return {
        begins: `everything to and from ${node} takes ${item.extraMs ?? 0} ms longer`,
        ends: `the way to ${node} is as short as before`,
      }
    case "partition":
      return { begins: `nothing passes between the proxy and ${node}`, ends: `${node} can be reached again` }
    case "proxy-crash":
      return { begins: "the proxy is killed", ends: "the proxy is started again, on the same store" }
    case "store-down":
      return { begins: "the store is away", ends: "the store is back" }
    default:
      return { begins: `${item.fault} ${node} begins`, ends: `${item.fault} ${node} is over` }
  }
}

/** What changes nothing, or is told better by the marks in the store, is left out. */
const tellLog = (atMs: number, text: string): ReadonlyArray<StoryEvent> => {
  const at = text.indexOf(" {")
  const message = at === -1 ? text : text.slice(0, at)
  const field = (name: string): string => new RegExp(`"${name}":"?([^",}]*)`).exec(text)?.[1] ?? ""
  const node = field("node")
  const reason = /"reason":"([^"]*)/.exec(text)?.[1] ?? ""
  switch (message) {
    case "node adopted":
      return reason === "it is new" ? [] : [{ atMs, who: "noticed", what: `${node} is taken in anew: ${reason}` }]
    case "replicas repaired":
      return [
        {
          atMs,
          who: "repair",
          what: `${node}: repair copied or deleted ${several(field("repaired"))} in ${field("tookMs")} ms`,
        },
      ]
    case "replicas could not be repaired yet":
      return [{ atMs, who: "repair", what: `${node} could not be repaired yet: ${reason}` }]
    case "a write was cut off by a stop of the proxy":
      return [
        { atMs, who: "noticed", what: "a write was cut off by the death of the proxy: its replicas are made equal" },
      ]
    case "started without some nodes":
      return [{ atMs, who: "noticed", what: `the proxy starts without ${/\[(.*)\]/.exec(text)?.[1] ?? "some nodes"}` }]
    case "the store is unavailable":
    case "node is unwell":
      return []
    default:
      return [{ atMs, who: "noticed", what: `${message} ${at === -1 ? "" : text.slice(at + 1)}`.trim() }]
  }
}

const several = (documents: string): string => `${documents} ${documents === "1" ? "document" : "documents"}`
