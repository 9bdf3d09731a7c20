import { type TaskRecord, isFinished } from "#core/tasks/task-record.ts"

/** Which replicas are repaired. */
export interface Repaired {
  readonly targetId: string
  readonly shards: ReadonlyArray<number>
}

/** Whether a write is about documents of the shards. */
export const concerns = ({ touched, shards }: TaskRecord, { shards: repaired }: Repaired): boolean =>
  touched.tag !== "nothing" && shards.some((shard) => repaired.includes(shard))

/**
 * Whether the target has taken the whole write, and not failed it: what it has not applied yet, it will. A payload that was cut into several requests
 * counts as not taken, because nobody knows how many they should be.
 */
export const isOnTarget = (write: TaskRecord, { targetId, shards }: Repaired): boolean => {
  const parts = write.nodeTasks.filter((part) => part.nodeId === targetId && part.role === "main")
  const [part] = parts
  if (part === undefined || parts.length > 1 || write.state === "dispatching") return false
  if (part.state === "failed" || part.state === "canceled") return false
  return shards.every((shard) => part.shards.includes(shard) || !write.shards.includes(shard))
}

/**
 * The writes since a round of copying began whose documents the next one must look at: those that the target did not take, those that a copy may have
 * overwritten, and those of which we do not know what they touched. All others the target has got like any replica in sync.
 */
export const uncopiedWrites = (
  writes: ReadonlyArray<TaskRecord>,
  unsettled: ReadonlySet<string>,
  repaired: Repaired,
): ReadonlyArray<TaskRecord> =>
  writes.filter((write) => {
    if (!concerns(write, repaired)) return false
    if (write.touched.tag !== "ids" || !isOnTarget(write, repaired)) return true
    return write.touched.ids.some((id) => unsettled.has(id))
  })

/** Node tasks of writes that have ended before the target applied them: readers know of these writes already. */
export const openOnTarget = (writes: ReadonlyArray<TaskRecord>, { targetId }: Repaired): ReadonlyArray<number> =>
  writes
    .filter((write) => write.state !== "dispatching" && isFinished(write.state))
    .flatMap((write) => write.nodeTasks)
    .filter((part) => part.nodeId === targetId && !isFinished(part.state))
    .map((part) => part.taskUid)
