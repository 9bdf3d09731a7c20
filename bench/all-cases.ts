import type { BenchCase } from "./bench-case.ts"
import { answerAll, answerTop } from "./cases/answer-search.ts"
import { coverIndex } from "./cases/cover-shards.ts"
import { hashIds } from "./cases/hash-ids.ts"
import { mergeAll, mergeTop } from "./cases/merge-hits.ts"
import { parseBody } from "./cases/parse-body.ts"
import { placeIndex } from "./cases/place-shards.ts"
import { routeDocuments } from "./cases/route-documents.ts"
import { splitCommas } from "./cases/split-sort.ts"
import { splitDocuments } from "./cases/split-payload.ts"

export const allCases: ReadonlyArray<BenchCase> = [
  hashIds,
  placeIndex,
  routeDocuments,
  coverIndex,
  parseBody,
  splitCommas,
  splitDocuments,
  mergeTop,
  mergeAll,
  answerTop,
  answerAll,
]
