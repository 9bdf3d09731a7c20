// Time as text. Nothing here knows what time it is.

const msPerDay = 86_400_000
const nanosecondsPerMs = 1_000_000

/** RFC 3339 in UTC, as the engine prints it: no trailing zeros. 838 ms → `….838Z`, 830 ms → `….83Z`, 0 → `…Z`. */
export const formatInstant = (ms: number): string => new Date(ms).toISOString().replace(/\.?0*Z$/, "Z")

/**
 * The same for moments of our own clock: 0 ms → `….0Z`. An engine counts nanoseconds, so that its moments have decimals, and clients rely on
 * that: libraries in Python cannot read a date without any.
 */
export const formatMoment = (ms: number): string => new Date(ms).toISOString().replace(/(\.\d)(\d*?)0*Z$/, "$1$2Z")

// As in the engine, any ASCII character may stand between the day and the time.
const instant = /^(\d{4})-(\d{2})-(\d{2})\p{ASCII}(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?([zZ]|([+-])(\d{2}):(\d{2}))$/u
const day = /^([+-]?\d{4})-(\d{2})-(\d{2})$/

/** Milliseconds since 1970 of an RFC 3339 date-time, finer parts cut off; null when it is none. */
export const parseInstant = (text: string): number | null => {
  const found = instant.exec(text)
  if (found === null) return null
  const [
    ,
    years,
    months,
    days,
    hours,
    minutes,
    seconds,
    fraction = "",
    ,
    sign = "+",
    offsetHours = "0",
    offsetMinutes = "0",
  ] = found
  const dayMs = dayStart(Number(years), Number(months), Number(days))
  const isTime = Number(hours) < 24 && Number(minutes) < 60 && Number(offsetHours) < 24 && Number(offsetMinutes) < 60
  if (dayMs === null || !isTime || Number(seconds) > 60) return null
  const minuteMs = (Number(hours) * 60 + Number(minutes)) * 60_000
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000 * (sign === "-" ? -1 : 1)
  const startMs = dayMs + minuteMs - offsetMs
  if (Number(seconds) === 60) return isLeapSecond(startMs) ? startMs + 59_999 : null
  return startMs + Number(seconds) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3))
}

/** Milliseconds since 1970 at which a day `YYYY-MM-DD` begins in UTC; null when it is none. */
export const parseDay = (text: string): number | null => {
  const found = day.exec(text)
  return found === null ? null : dayStart(Number(found[1]), Number(found[2]), Number(found[3]))
}

const dayStart = (year: number, month: number, dayOfMonth: number): number | null => {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, dayOfMonth)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth ? date.getTime() : null
}

/** Leap seconds come only in the last minute of a month. */
const isLeapSecond = (minuteStartMs: number): boolean => {
  const next = new Date(minuteStartMs + 60_000)
  return next.getUTCDate() === 1 && next.getTime() % msPerDay === 0
}

/**
 * ISO 8601 as the engine prints durations: no decimals, or 3, 6 or 9 of them, and days of their own:
 * 9.33 ms → `PT0.009330S`, 2,000 ms → `PT2S`, a day and 1.5 s → `P1DT1.500S`. `ms` is not negative.
 */
export const formatDuration = (ms: number): string => {
  const days = Math.floor(ms / msPerDay)
  const restMs = ms - days * msPerDay
  let seconds = Math.floor(restMs / 1000)
  let nanoseconds = Math.round((restMs - seconds * 1000) * nanosecondsPerMs)
  if (nanoseconds === 1_000_000_000) {
    seconds++
    nanoseconds = 0
  }
  const dayPart = days === 0 ? "" : `${days}D`
  const timePart = seconds === 0 && nanoseconds === 0 && days > 0 ? "" : `T${seconds}${decimals(nanoseconds)}S`
  return `P${dayPart}${timePart}`
}

const decimals = (nanoseconds: number): string => {
  const digits = `${nanoseconds}`.padStart(9, "0")
  if (nanoseconds === 0) return ""
  if (digits.endsWith("000000")) return `.${digits.slice(0, 3)}`
  return digits.endsWith("000") ? `.${digits.slice(0, 6)}` : `.${digits}`
}
