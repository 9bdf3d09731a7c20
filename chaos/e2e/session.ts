import { accessSteps } from "./session/access.ts"
import { documentIdSteps } from "./session/document-ids.ts"
import { documentSteps } from "./session/documents.ts"
import { farewellSteps } from "./session/farewell.ts"
import { indexSteps } from "./session/indexes.ts"
import { nameSteps } from "./session/names.ts"
import { searchErrorSteps } from "./session/search-errors.ts"
import { searchSettingSteps } from "./session/search-settings.ts"
import { searchSteps } from "./session/searches.ts"
import { settingSteps } from "./session/settings.ts"
import type { Step } from "./session/step.ts"
import { systemSteps } from "./session/system.ts"
import { taskSteps } from "./session/tasks.ts"

/** One client's day, in order: later parts use what earlier ones made. */
export const session: ReadonlyArray<Step> = [
  ...systemSteps,
  ...indexSteps,
  ...settingSteps,
  ...documentSteps,
  ...documentIdSteps,
  ...searchSteps,
  ...searchErrorSteps,
  ...searchSettingSteps,
  ...accessSteps,
  ...taskSteps,
  ...nameSteps,
  ...farewellSteps,
]
