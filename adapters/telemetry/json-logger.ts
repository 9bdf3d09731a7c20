import { Cause, Layer, Logger, References, type LogLevel } from "effect"

/** Levels as configuration names them, most important first. */
export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "none"] as const
export type LogLevelName = (typeof logLevels)[number]

/**
 * Logs one JSON object per line: `time` (RFC 3339, UTC), `level`, `message`, what was annotated, and `cause` where there is one.
 * Annotations stand beside the fixed names and never replace them. `write` gets each line with its line feed; by default the
 * standard error stream, so that a command's own output stays clean.
 */
export const jsonLoggerLayer = (
  level: LogLevelName,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Layer.Layer<never> =>
  Layer.merge(
    Logger.layer([Logger.make((record: Logger.Options<unknown>) => write(`${printRecord(record)}\n`))]),
    Layer.succeed(References.MinimumLogLevel, effectLevels[level]),
  )

const effectLevels: Readonly<Record<LogLevelName, LogLevel.LogLevel>> = {
  fatal: "Fatal",
  error: "Error",
  warn: "Warn",
  info: "Info",
  debug: "Debug",
  trace: "Trace",
  none: "None",
}

const printRecord = ({ message, logLevel, cause, fiber, date }: Logger.Options<unknown>): string => {
  const parts = Array.isArray(message) ? message : [message]
  return JSON.stringify(
    {
      ...fiber.getRef(References.CurrentLogAnnotations),
      time: date.toISOString(),
      level: logLevel.toLowerCase(),
      message: parts.map(printPart).join(" "),
      ...(cause.reasons.length === 0 ? {} : { cause: Cause.pretty(cause) }),
    },
    printable(),
  )
}

const printPart = (part: unknown): string => {
  if (typeof part === "string") return part
  if (part instanceof Error) return part.stack ?? String(part)
  return JSON.stringify(part, printable()) ?? String(part)
}

/** Whatever is logged must become a line: a log that throws would hide what it was to tell. */
const printable = (): ((key: string, value: unknown) => unknown) => {
  const seen = new WeakSet<object>()
  return (_key, value) => {
    if (typeof value === "bigint") return value.toString()
    if (value instanceof Error) return value.stack ?? String(value)
    if (typeof value !== "object" || value === null) return value
    if (seen.has(value)) return "[seen above]"
    seen.add(value)
    return value
  }
}
