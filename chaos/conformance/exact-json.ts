/**
 * JSON as a client in another language would see it: a number that JavaScript would print in other digits than were sent (2^53 + 1,
 * `1.0`) becomes the text `number 1.0`. Text that is no JSON stays text; no text is null.
 */
export const readExactJson = (text: string): unknown => {
  if (text === "") return null
  try {
    return JSON.parse(text, keepDigits as (name: string, value: unknown) => unknown)
  } catch {
    return text
  }
}

const keepDigits = (_: string, value: unknown, { source }: { readonly source?: string }): unknown =>
  typeof value === "number" && source !== undefined && String(value) !== source ? `number ${source}` : value
