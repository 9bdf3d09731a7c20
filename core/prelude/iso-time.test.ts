import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { formatDuration, formatInstant, formatMoment, parseDay, parseInstant } from "./iso-time.ts"

const instantMs = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(9999, 0) })

describe("instants", () => {
  test("what is formatted parses to the same millisecond", () => {
    fc.assert(
      fc.property(instantMs, (ms) => {
        expect(parseInstant(formatInstant(ms))).toBe(ms)
      }),
    )
  })

  test.each([
    [0, "1970-01-01T00:00:00.0Z"],
    [830, "1970-01-01T00:00:00.83Z"],
    [8, "1970-01-01T00:00:00.008Z"],
    [100, "1970-01-01T00:00:00.1Z"],
  ])("a moment of our own clock always has decimals: %i ms is %s", (ms, text) => {
    expect(formatMoment(ms)).toBe(text)
  })

  test("an offset shifts the instant, whichever side of UTC it is", () => {
    fc.assert(
      fc.property(instantMs, fc.integer({ min: -1439, max: 1439 }), (ms, minutes) => {
        const local = new Date(ms + minutes * 60_000).toISOString().slice(0, -1)
        const clock = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
          `${part}`.padStart(2, "0"),
        )
        expect(parseInstant(`${local}${minutes < 0 ? "-" : "+"}${clock.join(":")}`)).toBe(ms)
      }),
    )
  })

  test.each([
    [1795217120838, "2026-11-20T23:25:20.838Z"],
    [1795217120830, "2026-11-20T23:25:20.83Z"],
    [1795217120000, "2026-11-20T23:25:20Z"],
    [0, "1970-01-01T00:00:00Z"],
  ])("%d is %s", (ms, text) => {
    expect(formatInstant(ms)).toBe(text)
  })

  test.each([
    ["2026-11-20T23:55:32.616542309Z", Date.UTC(2026, 10, 20, 23, 55, 32, 616)],
    ["2021-01-01 00:00:00z", Date.UTC(2021, 0)],
    ["2021-01-01_00:00:00-00:00", Date.UTC(2021, 0)],
    ["2016-12-31T23:59:60Z", Date.UTC(2016, 11, 31, 23, 59, 59, 999)],
  ])("%s is read as the engine reads it", (text, ms) => {
    expect(parseInstant(text)).toBe(ms)
  })

  // Refused by v1.21.0.
  test.each([
    "2021-02-30T00:00:00Z",
    "2021-01-01",
    "2021-01-01T00:00:00",
    "2021-01-01T00:00Z",
    "2021-01-01T24:00:00Z",
    "2021-01-01T00:00:60Z",
    "2021-01-01T00:00:00.Z",
    "2021-01-01T00:00:00+24:00",
    "2021-01-01T00:00:00+0100",
    "+2021-01-01T00:00:00Z",
    "",
  ])("%j is no instant", (text) => {
    expect(parseInstant(text)).toBeNull()
  })

  test("a day begins at midnight in UTC, and only days of the calendar begin", () => {
    expect(parseDay("2024-02-29")).toBe(Date.UTC(2024, 1, 29))
    expect([parseDay("2023-02-29"), parseDay("2021-1-1"), parseDay("20210101"), parseDay("2021-13-01")]).toEqual([
      null,
      null,
      null,
      null,
    ])
  })
})

describe("formatDuration", () => {
  test.each([
    [0, "PT0S"],
    [2000, "PT2S"],
    [9.33, "PT0.009330S"],
    [206.620262, "PT0.206620262S"],
    [1500, "PT1.500S"],
    [3_600_000, "PT3600S"],
    [86_400_000, "P1D"],
    [86_401_500, "P1DT1.500S"],
    [999.9999999, "PT1S"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  test("days and seconds add up to the duration", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), (ms) => {
        const [, days = "0", seconds = "0"] = /^P(?:(\d+)D)?(?:T(\d+(?:\.\d+)?)S)?$/.exec(formatDuration(ms)) ?? []
        expect(Number(days) * 86_400_000 + Math.round(Number(seconds) * 1000)).toBe(ms)
      }),
    )
  })
})
