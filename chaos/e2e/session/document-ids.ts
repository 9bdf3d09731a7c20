import type { Step } from "./step.ts"

const path = "/indexes/ids/documents"

/** 511 bytes are the longest id. */
const longestId = "a".repeat(511)

const goodIds: ReadonlyArray<readonly [name: string, id: string]> = [
  // No JavaScript number holds it: it must travel as text from the client to the engine and back.
  ["above 2^53", "9007199254740993"],
  ["negative", "-1"],
  ["with letters", '"a_B-9"'],
  ["as a string of digits", '"9007199254740995"'],
  ["of 511 bytes", JSON.stringify(longestId)],
]

const badIds: ReadonlyArray<readonly [name: string, id: string]> = [
  ["is a float", "1.5"],
  ["is a float without a fraction", "1.0"],
  ["has a space", '"a b"'],
  ["has a dot", '"a.b"'],
  ["is empty", '""'],
  ["is null", "null"],
  ["is a list", "[1]"],
  ["has 512 bytes", JSON.stringify(`${longestId}a`)],
]

/** Ids as raw JSON text. A payload with one bad id fails as a whole. */
export const documentIdSteps: ReadonlyArray<Step> = [
  ...goodIds.flatMap(([name, id]): ReadonlyArray<Step> => [
    {
      name: `add a document whose id is ${name}`,
      run: ({ writeRaw }) =>
        writeRaw({
          method: "POST",
          path: `${path}?primaryKey=id`,
          body: `[{"id":${id},"price":1.0,"name":"${name}"}]`,
        }),
    },
    {
      name: `get the document whose id is ${name}`,
      run: ({ rawText }) => rawText({ method: "GET", path: `${path}/${id.replaceAll('"', "")}` }),
    },
  ]),
  {
    name: "the same id as text and as a number is one document",
    run: ({ writeRaw }) =>
      writeRaw({ method: "PUT", path, body: `[{"id":"9007199254740993","size":123456789012345678901234567890}]` }),
  },
  { name: "the one document", run: ({ rawText }) => rawText({ method: "GET", path: `${path}/9007199254740993` }) },
  ...badIds.map(([name, id]): Step => ({
    name: `the id ${name}`,
    run: ({ writeRaw }) => writeRaw({ method: "POST", path, body: `[{"id":"good"},{"id":${id}}]` }),
  })),
  {
    name: "a document without an id",
    run: ({ writeRaw }) => writeRaw({ method: "POST", path, body: [{ id: "good" }, { name: "lost" }] }),
  },
  {
    name: "no attribute looks like an id",
    run: ({ writeRaw }) => writeRaw({ method: "POST", path: "/indexes/no-key/documents", body: [{ name: "lost" }] }),
  },
  {
    name: "two attributes look like an id",
    run: ({ writeRaw }) =>
      writeRaw({ method: "POST", path: "/indexes/two-keys/documents", body: [{ my_id: 1, your_id: 2 }] }),
  },
  {
    name: "another primary key than the index has",
    run: ({ writeRaw }) => writeRaw({ method: "POST", path: `${path}?primaryKey=name`, body: [{ id: 5, name: "x" }] }),
  },
  {
    name: "a document that came with a bad id is not there",
    run: ({ client }) => client.index("ids").getDocument("good"),
  },
  { name: "a get with a bad id", run: ({ client }) => client.index("ids").getDocument("a b") },
  {
    name: "how many ids were good",
    run: async ({ client }) => (await client.index("ids").getStats()).numberOfDocuments,
  },
]
