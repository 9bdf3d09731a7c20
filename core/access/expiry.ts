import { formatInstant, parseDay, parseInstant } from "#core/prelude/iso-time.ts"

/** `text`: as the engine prints the moment, which keeps the offset and up to nine decimals. */
export interface Expiry {
  readonly ms: number
  readonly text: string
}

/**
 * When a key expires: RFC 3339, or in UTC `YYYY-MM-DDTHH:MM:SS`, `YYYY-MM-DD HH:MM:SS`, `YYYY-MM-DD`. null for anything else, and for
 * what is not in the future.
 */
export const readExpiry = (text: string, nowMs: number): Expiry | null => {
  const expiry = readRfc3339(text) ?? readUtc(text)
  return expiry !== null && expiry.ms > nowMs ? expiry : null
}

const readRfc3339 = (text: string): Expiry | null => {
  const ms = parseInstant(text)
  const found = /^(.{10}).(.{8})(?:\.(\d+))?(?:[zZ]|([+-]\d\d:\d\d))$/.exec(text)
  if (ms === null || found === null) return null
  const [, day = "", time = "", decimals = "", offset] = found
  // A leap second becomes the last moment before it.
  const isLeap = time.endsWith(":60")
  const digits = isLeap ? "999999999" : decimals.slice(0, 9).replace(/0+$/, "")
  const zone = offset === undefined || offset.endsWith("00:00") ? "Z" : offset
  const clock = isLeap ? `${time.slice(0, 6)}59` : time
  return { ms, text: `${day}T${clock}${digits === "" ? "" : `.${digits}`}${zone}` }
}

const readUtc = (text: string): Expiry | null => {
  const found = /^([+-]?\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)$/.exec(text)
  const ms = found === null ? parseDay(text) : readDateTime(found[1] ?? "", found[2] ?? "")
  return ms === null ? null : { ms, text: formatInstant(ms) }
}

const readDateTime = (day: string, time: string): number | null => {
  const dayMs = parseDay(day)
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number)
  if (dayMs === null || hours > 23 || minutes > 59 || seconds > 59) return null
  return dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000
}
