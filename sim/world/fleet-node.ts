import { errorBody } from "#core/protocol/meilisearch-error.ts"
import { type Kernel } from "../kernel/kernel.ts"
import { within } from "../kernel/draws.ts"
import { type ModelNode, applyNextTask, createModelNode } from "../model/model-node.ts"
import { nextTask } from "../model/model-tasks.ts"
import type { FaultItem, FleetPlan } from "../plan/plan.ts"

/** A Meilisearch process with its disk. */
export interface FleetNode {
  readonly id: string
  disk: ModelNode
  isUp: boolean
  isPaused: boolean
  /** Grows with each death: an answer of an earlier life does not arrive. */
  life: number
  /** Requests so far: the key of what is drawn for each. */
  requests: number
  tasks: number
  /** What arrived while it was paused. */
  readonly waiting: Array<() => void>
  isWorking: boolean
  readonly faults: Set<FaultItem>
}

export const makeFleetNode = (id: string): FleetNode => ({
  id,
  disk: createModelNode({ masterKey: null }),
  isUp: true,
  isPaused: false,
  life: 0,
  requests: 0,
  tasks: 0,
  waiting: [],
  isWorking: false,
  faults: new Set(),
})

/** Applies tasks one after the other, as long as there are any. Called whenever there may be work. */
export const workOn = (node: FleetNode, kernel: Kernel, fleet: FleetPlan, onTask: () => void): void => {
  if (node.isWorking || !node.isUp || node.isPaused || nextTask(node.disk.queue) === null) return
  node.isWorking = true
  const { life } = node
  const ms = within(kernel.draws.draw("task", node.id, ++node.tasks), fleet.taskMs) + extraMs(node, "slow-queue")
  kernel.after(ms, () => {
    if (life !== node.life) return
    node.isWorking = false
    if (node.isPaused) return
    const failing = chosenFault(node, "fail-tasks", kernel, node.tasks)
    if (failing === null) applyNextTask(node.disk, kernel.nowMs())
    else failNextTask(node, kernel.nowMs())
    onTask()
    workOn(node, kernel, fleet, onTask)
  })
}

/** A reason of the node's own: its disk is full, its memory is. */
const failNextTask = (node: FleetNode, nowMs: number): void => {
  const task = nextTask(node.disk.queue)
  if (task === null) return
  task.batchUid = node.disk.queue.nextBatchUid++
  task.status = "failed"
  task.error = errorBody("no_space_left_on_device", "No space left on device (os error 28)")
  task.startedAtMs = nowMs
  task.finishedAtMs = nowMs
}

export const killNode = (node: FleetNode): void => {
  node.isUp = false
  node.isPaused = false
  node.isWorking = false
  node.life++
  node.waiting.length = 0
}

/** A fault of that kind which concerns the request (or task) of that number. */
export const chosenFault = (
  node: FleetNode,
  fault: FaultItem["fault"],
  kernel: Kernel,
  operation: number,
): FaultItem | null => {
  for (const item of node.faults) {
    if (item.fault !== fault) continue
    if (item.permille === undefined || kernel.draws.draw(fault, node.id, operation) % 1000 < item.permille) return item
  }
  return null
}

export const extraMs = (node: FleetNode, fault: FaultItem["fault"]): number => {
  let extra = 0
  for (const item of node.faults) if (item.fault === fault) extra += item.extraMs ?? 0
  return extra
}
