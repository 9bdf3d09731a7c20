import type { SeededDraws } from "../seeded-draws.ts"
import { oneOf, sometimes, times } from "./draw-values.ts"
import { genres, titleWords } from "./library.ts"

/** Small documents without `Number` in between: ids above 2^53 and `1.0` keep their digits. JSON text of one object. */
export const drawDocument = (draws: SeededDraws, id: string): string => {
  const members = [`"id":${id}`]
  if (sometimes(draws, 80)) members.push(`"title":${JSON.stringify(oneOf(draws, titleWords))}`)
  if (sometimes(draws, 50)) members.push(`"genre":${JSON.stringify(oneOf(draws, genres))}`)
  if (sometimes(draws, 40)) {
    const numbers = ["0", "-0", "1.0", "1e3", "9007199254740993", "0.1", "123456789012345678901234567890", "1E-7", "-5"]
    members.push(`"number":${oneOf(draws, numbers)}`)
  }
  if (sometimes(draws, 30)) {
    const values = [
      "null",
      "[]",
      "{}",
      '[1,"a",null]',
      '{"b":{"c":[1,2]}}',
      "true",
      '"\\u00e9\\n"',
      '"\\ud83d\\ude00"',
      '""',
    ]
    members.push(`"value":${oneOf(draws, values)}`)
  }
  if (sometimes(draws, 10)) members.push(`"title":"twice"`)
  const spaces = oneOf(draws, ["", " ", "\n\t"])
  return `{${spaces}${members.join(`${spaces},`)}}`
}

/** Ids as JSON text, most of them right. */
export const drawId = (draws: SeededDraws, badPercent: number): string => {
  if (sometimes(draws, badPercent)) {
    return oneOf(draws, [
      "1.5",
      '"a b"',
      "null",
      '""',
      "[1]",
      "true",
      '"é"',
      "18446744073709551616",
      "1.0",
      "{}",
      '"a.b"',
    ])
  }
  const good = [
    '"a_B-9"',
    '"7"',
    "-1",
    "9007199254740993",
    "18446744073709551615",
    `${draws.below(30)}`,
    `"x${draws.below(20)}"`,
  ]
  return sometimes(draws, 80) ? `${draws.below(30)}` : oneOf(draws, good)
}

export interface Payload {
  readonly type: string
  readonly text: string
}

/** Documents in one of the three formats. */
export const drawPayload = (draws: SeededDraws, badPercent: number): Payload => {
  const documents = times(draws.below(6), () => drawDocument(draws, drawId(draws, badPercent)))
  const kind = draws.below(10)
  if (kind < 5) return { type: "application/json", text: `[${documents.join(oneOf(draws, [",", ", ", "\n,"]))}]` }
  if (kind === 5) return { type: "application/json", text: documents[0] ?? "{}" }
  if (kind < 8) return { type: "application/x-ndjson", text: documents.join(oneOf(draws, ["\n", "\r\n", "\n\n", " "])) }
  return { type: "text/csv", text: drawCsv(draws) }
}

const drawCsv = (draws: SeededDraws): string => {
  const header = oneOf(draws, [
    "id,title,number:number",
    "id:number,title:string,flag:boolean",
    'id,"ti,tle",x:unknown',
  ])
  const cell = (): string =>
    oneOf(draws, ["silver", '"gold, en"', '"say ""hi"""', "", " padded ", "3", "1.50", "true", "é"])
  const rows = times(1 + draws.below(4), () => {
    const last = header.includes("boolean")
      ? oneOf(draws, ["true", "false", ""])
      : header.includes("number:number")
        ? oneOf(draws, ["1", "2.5", "-3", "", "1e5"])
        : cell()
    return `${draws.below(30)},${cell()},${last}`
  })
  return [header, ...rows].join(oneOf(draws, ["\n", "\r\n"]))
}
