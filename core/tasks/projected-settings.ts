import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import { mergeDesiredSettings } from "#core/settings/desired-settings.ts"
import type { TaskRecord } from "./task-record.ts"

/** What the settings of an index will be when every change that was accepted so far has been applied. `live`: unfinished tasks. */
export const projectedSettings = (record: IndexRecord | null, live: ReadonlyArray<TaskRecord>): JsonObject =>
  live
    .filter((task) => record !== null && task.physicalUid === record.physicalUid)
    .sort((one, other) => one.uid - other.uid)
    .reduce(
      (desired, task) =>
        task.change?.tag === "patch-settings" ? mergeDesiredSettings(desired, task.change.patch) : desired,
      record?.settings ?? {},
    )
