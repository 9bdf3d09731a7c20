import { type SeededDraws, seededDraws } from "../seeded-draws.ts"
import { pause } from "../wait-until.ts"
import type { Answer, Api } from "./api.ts"
import { type ChaosDocument, createKnownDocuments, type KnownDocuments } from "./known-documents.ts"
import type { Tally } from "./tally.ts"

export const outcomes = [
  "searches",
  "failed searches",
  "incomplete searches",
  "writes",
  "degraded writes",
  "refused writes",
  "failed tasks",
] as const
export type Outcome = (typeof outcomes)[number]

export interface TrafficPlan<Phase extends string> {
  readonly api: Api
  readonly indexUid: string
  readonly seed: number
  readonly writers: number
  readonly searchers: number
  /** Documents of kind `anchor` that nobody changes: a complete search finds exactly so many. */
  readonly anchors: number
  readonly phase: () => Phase
  /** In which phase an operation counts that began in one and ended in another. */
  readonly phaseOf: (began: Phase, ended: Phase) => Phase
  readonly tally: Tally<Phase, Outcome>
}

export interface Traffic {
  /** Lets running operations end, and says what was wrong while it ran. */
  readonly stop: () => Promise<ReadonlyArray<string>>
  readonly owners: ReadonlyArray<DocumentOwner>
}

/** Who alone wrote the documents whose ids begin with `prefix`. */
export interface DocumentOwner {
  readonly prefix: string
  readonly known: KnownDocuments
}

/** Between two searches of one client, so that writes get their share of a small machine. */
const searchPauseMs = 25
const refusedPauseMs = 200
const taskPollMs = 40
/** A task that has not ended after so long counts as never ended. */
const taskDeadlineMs = 90_000

/** Several clients that search and write until they are stopped. Each writer owns its documents. */
export const startTraffic = <Phase extends string>(plan: TrafficPlan<Phase>): Traffic => {
  const violations: string[] = []
  const owners = Array.from({ length: plan.writers }, (_, number) => ({
    prefix: `w${number}-`,
    known: createKnownDocuments(),
  }))
  const state = { isRunning: true }
  const loop = async (turn: () => Promise<void>): Promise<void> => {
    while (state.isRunning) await turn()
  }
  const clients = [
    ...owners.map((owner, number) => {
      const writer = { ...owner, draws: seededDraws(plan.seed + number), count: { next: 0 } }
      return loop(() => writeOnce(plan, writer, violations))
    }),
    ...Array.from({ length: plan.searchers }, (_, number) => {
      const draws = seededDraws(plan.seed + 1000 + number)
      return loop(() => searchOnce(plan, draws, violations))
    }),
  ]
  return {
    owners,
    stop: async () => {
      state.isRunning = false
      await Promise.all(clients)
      return violations
    },
  }
}

const searchOnce = async <Phase extends string>(
  plan: TrafficPlan<Phase>,
  draws: SeededDraws,
  violations: string[],
): Promise<void> => {
  const began = plan.phase()
  const query = draws.pick(["", "anchor", "ancho", "steady anchor"])
  const body = { q: query, filter: "kind = anchor", page: 1, hitsPerPage: 1 + draws.below(20) }
  const answer = await plan.api.send("POST", `/indexes/${plan.indexUid}/search`, body)
  const phase = plan.phaseOf(began, plan.phase())
  plan.tally.count(phase, "searches")
  if (answer.status !== 200) plan.tally.count(phase, "failed searches", describe(answer))
  else if (answer.degraded !== null) plan.tally.count(phase, "incomplete searches", answer.degraded)
  else if (answer.body["totalHits"] !== plan.anchors) {
    violations.push(
      `a search (${phase}) found ${String(answer.body["totalHits"])} of ${plan.anchors} and did not say so`,
    )
  }
  await pause(searchPauseMs)
}

interface Writer extends DocumentOwner {
  readonly draws: SeededDraws
  readonly count: { next: number }
}

const writeOnce = async <Phase extends string>(
  plan: TrafficPlan<Phase>,
  writer: Writer,
  violations: string[],
): Promise<void> => {
  const began = plan.phase()
  const { changes, send } = drawWrite(plan, writer)
  writer.known.begin(changes)
  const answer = await send()
  const phase = plan.phaseOf(began, plan.phase())
  plan.tally.count(phase, "writes")
  if (answer.status !== 202) {
    plan.tally.count(phase, "refused writes", describe(answer))
    return pause(refusedPauseMs)
  }
  if (answer.degraded !== null) plan.tally.count(phase, "degraded writes", answer.degraded)
  const task = await waitForTask(plan.api, Number(answer.body["taskUid"]))
  if (task === null) violations.push(`task ${String(answer.body["taskUid"])} (${phase}) has not ended`)
  else if (task["status"] === "succeeded") writer.known.acknowledge(changes)
  else plan.tally.count(phase, "failed tasks", JSON.stringify(task["error"]))
}

interface DrawnWrite {
  readonly changes: ReadonlyMap<string, ChaosDocument | null>
  readonly send: () => Promise<Answer>
}

/** New documents, other versions of known ones, changed fields, or deletions. */
const drawWrite = <Phase extends string>(plan: TrafficPlan<Phase>, writer: Writer): DrawnWrite => {
  const { draws, known, prefix, count } = writer
  const path = `/indexes/${plan.indexUid}/documents`
  const certain = [...known.certain().values()]
  const kind = certain.length < 20 ? "add" : draws.pick(["add", "add", "replace", "update", "delete"] as const)
  const some = Array.from({ length: 1 + draws.below(8) }, () => draws.pick(certain)).filter((one) => one !== undefined)
  const revision = ++count.next
  if (kind === "delete") {
    const ids = some.map(({ id }) => id)
    const changes = new Map(ids.map((id) => [id, null]))
    return { changes, send: () => plan.api.send("POST", `${path}/delete-batch`, ids) }
  }
  if (kind === "update") {
    const patches = some.map(({ id }) => ({ id, revision }))
    const changes = new Map(some.map((document) => [document.id, { ...document, revision }]))
    return { changes, send: () => plan.api.send("PUT", path, patches) }
  }
  const ids =
    kind === "replace"
      ? some.map(({ id }) => id)
      : Array.from({ length: 1 + draws.below(15) }, (_, position) => `${prefix}${revision}-${position}`)
  const written = ids.map((id) => ({
    id,
    kind: "written",
    revision,
    text: `${prefix} wrote ${kind} ${draws.below(1_000)}`,
  }))
  const changes = new Map<string, ChaosDocument>(written.map((document) => [document.id, document]))
  return { changes, send: () => plan.api.send("POST", path, written) }
}

/** The ended task, or null when it does not end. Failed questions are asked again. */
export const waitForTask = async (api: Api, taskUid: number): Promise<Readonly<Record<string, unknown>> | null> => {
  const startedAt = performance.now()
  while (performance.now() - startedAt < taskDeadlineMs) {
    const { status, body } = await api.send("GET", `/tasks/${taskUid}`)
    if (status === 200 && ["succeeded", "failed", "canceled"].includes(String(body["status"]))) return body
    await pause(taskPollMs)
  }
  return null
}

const describe = ({ status, body }: Answer): string =>
  `${status} ${String(body["code"] ?? "")} ${String(body["message"] ?? "")}`
