import { mkdirSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Plan } from "../plan/plan.ts"
import { printPlan } from "../plan/print-plan.ts"

/** Writes a plan that failed to where `--plan` can read it; `name` is free text. Returns the path. */
export const keepPlan = (name: string, plan: Plan): string => {
  const folder = join(tmpdir(), "miroir-sim")
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.jsonl`)
  writeFileSync(path, printPlan(plan))
  return path
}
