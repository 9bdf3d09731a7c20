import type { BenchCase } from "./bench-case.ts"
import { answerAll, answerTop } from "./cases/answer-search.ts"
import { coverIndex } from "./cases/cover-shards.ts"
import { hashIds } from "./cases/hash-ids.ts"
import { mergeAll, mergeTop } from "./cases/merge-hits.ts"
import { placeIndex } from "./cases/place-shards.ts"
import { routeDocuments } from "./cases/route-documents.ts"
import { splitDocuments } from "./cases/split-payload.ts"

export const allCases: ReadonlyArray<BenchCase> = [
  hashIds,
  placeIndex,
  routeDocuments,
  coverIndex,
  splitDocuments,
  mergeTop,
  mergeAll,
  answerTop,
  answerAll,
]
