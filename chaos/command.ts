// What the three commands of this folder share: reading the values of flags, and a life of a process.

/** Runs a command to its end. Its number is the exit code; an error is one line for a person and exit code 1. */
export const runCommand = async (command: () => Promise<number>): Promise<never> => {
  try {
    // `exit` and not `exitCode`: keep-alive connections would hold the process for seconds.
    process.exit(await command())
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}

/** Prints a text; the exit code of a command that has nothing more to do. */
export const say = (text: string): 0 => {
  process.stdout.write(`${text}\n`)
  return 0
}

export const wholeNumber = (flag: string, value: string): number => {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 0) throw new Error(`${flag} takes a whole number, not "${value}"`)
  return number
}

export const oneOf = <Value extends string>(flag: string, value: string, allowed: ReadonlyArray<Value>): Value => {
  const found = allowed.find((candidate) => candidate === value)
  if (found === undefined) throw new Error(`${flag} takes ${allowed.join(", ")}, not "${value}"`)
  return found
}
