import { documentsAddFamily } from "./families/documents-add.ts"
import { documentsDeleteFamily } from "./families/documents-delete.ts"
import { documentsReadFamily } from "./families/documents-read.ts"
import { facetSearchFamily } from "./families/facet-search.ts"
import { indexesFamily } from "./families/indexes.ts"
import { keysFamily } from "./families/keys.ts"
import { multiSearchFamily } from "./families/multi-search.ts"
import { searchErrorsFamily } from "./families/search-errors.ts"
import { searchFamily } from "./families/search.ts"
import { settingsFamily } from "./families/settings.ts"
import { sharedViewsFamily } from "./families/shared-views.ts"
import { systemFamily } from "./families/system.ts"
import { tasksFamily } from "./families/tasks.ts"
import { tenantTokensFamily } from "./families/tenant-tokens.ts"
import { vectorsFamily } from "./families/vectors.ts"
import type { Family } from "./sequence.ts"

/** All parts of the API, those that look at shared things first. */
export const families: ReadonlyArray<Family> = [
  sharedViewsFamily,
  keysFamily,
  systemFamily,
  indexesFamily,
  documentsAddFamily,
  documentsReadFamily,
  documentsDeleteFamily,
  settingsFamily,
  searchFamily,
  searchErrorsFamily,
  multiSearchFamily,
  facetSearchFamily,
  vectorsFamily,
  tenantTokensFamily,
  tasksFamily,
]
