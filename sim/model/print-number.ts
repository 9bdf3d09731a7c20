/** Integers of this many digits fit 64 bits whatever they are. */
const safeDigitsMax = 18
const lowest = -(2n ** 63n)
const beyondHighest = 2n ** 64n

/** A JSON number as the engine prints it: 64-bit integers verbatim, everything else as the shortest 64-bit float. */
export const printNumber = (digits: string): string => (isInteger(digits) ? digits : printFloat(Number(digits)))

export const isInteger = (digits: string): boolean => {
  if (!/^-?\d+$/.test(digits) || digits === "-0") return false
  if (digits.length <= safeDigitsMax) return true
  const value = BigInt(digits)
  return value >= lowest && value < beyondHighest
}

/** `1.0`, `0.00001`, `1e-7`, `1.5e21`: the notation of Rust's serde, whose digits are those of JavaScript. */
const printFloat = (value: number): string => {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0"
  const sign = value < 0 ? "-" : ""
  const [mantissa, exponentText] = Math.abs(value).toExponential().split("e") as [string, string]
  const figures = mantissa.replace(".", "")
  const pointAt = Number(exponentText) + 1
  if (pointAt > 0 && pointAt <= 16) {
    const whole = figures.slice(0, pointAt).padEnd(pointAt, "0")
    return `${sign}${whole}.${figures.slice(pointAt) || "0"}`
  }
  if (pointAt > -5 && pointAt <= 0) return `${sign}0.${"0".repeat(-pointAt)}${figures}`
  return `${sign}${mantissa}e${Number(exponentText)}`
}
