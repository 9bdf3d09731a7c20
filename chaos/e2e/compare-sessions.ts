import { compareAnswers, type Difference } from "./compare-answers.ts"
import { nameTasks, normalizeAnswer, normalizeExchange } from "./normalize-answer.ts"
import type { SessionRecord } from "./run-session.ts"

export interface StepDifference {
  readonly step: string
  readonly differences: ReadonlyArray<Difference>
}

export interface SessionComparison {
  /** HTTP requests of the session, without the questions after a task's end. */
  readonly calls: number
  /** Steps that were compared. */
  readonly steps: number
  /** Steps whose answers were the same. */
  readonly equal: number
  readonly different: ReadonlyArray<StepDifference>
  /** Answers in which a client could have seen a hidden field. */
  readonly leaks: ReadonlyArray<string>
}

/**
 * The name under which the numbers of tasks are compared: they must grow in the order of the steps. Gaps are allowed: a request that a
 * node refuses after its intent was stored uses a number up (docs/decisions/0003-one-sequence-for-task-uid-and-version.md).
 */
export const taskNumbersStep = "the uids of all tasks"

/** Both records come from the same steps, in the same order. Steps whose name lacks `only` are not compared. */
export const compareSessions = (bare: SessionRecord, miroir: SessionRecord, only = ""): SessionComparison => {
  const [ofBare, ofMiroir] = [comparable(bare), comparable(miroir)]
  const compared = [...ofBare].filter(([step]) => step.includes(only))
  const different = compared
    .map(([step, answer]) => ({ step, differences: compareAnswers(answer, ofMiroir.get(step)) }))
    .filter(({ differences }) => differences.length > 0)
  return {
    calls: bare.calls,
    steps: compared.length,
    equal: compared.length - different.length,
    different,
    leaks: miroir.leaks,
  }
}

/** Step → what must be equal. */
const comparable = ({ steps, tasks }: SessionRecord): ReadonlyMap<string, unknown> => {
  const names = nameTasks(tasks)
  const answers = steps.map(({ name, outcome, answers }): readonly [string, unknown] => [
    name,
    {
      ...(normalizeAnswer(outcome, names) as object),
      answers: answers.map((exchange) => normalizeExchange(exchange, names)),
    },
  ])
  const numbers = [...tasks].sort((one, other) => one.uid - other.uid).map(({ step }) => step)
  return new Map([...answers, [taskNumbersStep, numbers]])
}
