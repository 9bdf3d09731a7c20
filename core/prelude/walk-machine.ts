/** A machine, what happens to it, and what must hold after every single step. */
export interface Walk<State, Input> {
  readonly start: State
  readonly inputs: ReadonlyArray<Input>
  readonly step: (state: State, input: Input) => State
  /** The promise that this step has broken; null when none is. */
  readonly check: (after: State, input: Input, before: State) => string | null
}

/** `npm test` adds up what the walks of all tests have counted here: it is the `meta` of a test. */
export interface StepCount {
  machineSteps?: number
}

/** Leads a machine through all inputs and returns the state in which it ends. Throws at the first step that breaks a promise. */
export const walkMachine = <State, Input>(count: StepCount, walk: Walk<State, Input>): State => {
  const { inputs, step, check } = walk
  let state = walk.start
  for (const [position, input] of inputs.entries()) {
    const after = step(state, input)
    const broken = check(after, input, state)
    if (broken !== null) throw new Error(`step ${position + 1}: ${broken}\n${say({ before: state, input, after })}`)
    state = after
  }
  count.machineSteps = (count.machineSteps ?? 0) + inputs.length
  return state
}

/** Maps and sets as lists: JSON would show them as empty. */
const say = (facts: object): string =>
  JSON.stringify(facts, (_name, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value))
