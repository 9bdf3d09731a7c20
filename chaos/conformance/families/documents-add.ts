import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import { drawDocument, drawId, drawPayload } from "../draw-documents.ts"
import { oneOf, sometimes } from "../draw-values.ts"
import type { Family, Step, WireRequest } from "../sequence.ts"

const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync } as const

const send = (
  uid: string,
  type: string | null,
  body: WireRequest["body"],
  query = "",
  method = "POST",
): WireRequest => ({
  method,
  path: `/indexes/${uid}/documents${query}`,
  ...(body === undefined ? {} : { body }),
  headers: { "Content-Type": type },
})
const json = (uid: string, body: string, query = "", method = "POST"): WireRequest =>
  send(uid, "application/json", body, query, method)
const ndjson = (uid: string, body: string, query = ""): WireRequest => send(uid, "application/x-ndjson", body, query)
const csv = (uid: string, body: string, query = ""): WireRequest => send(uid, "text/csv", body, query)
const encoded = (uid: string, encoding: string, body: Uint8Array): WireRequest => ({
  ...send(uid, "application/json", body),
  headers: { "Content-Type": "application/json", "Content-Encoding": encoding },
})
const list = (uid: string): WireRequest => ({ method: "GET", path: `/indexes/${uid}/documents?limit=100` })

const one = Buffer.from('[{"id":1,"title":"silver"}]')

const malformedJson = [
  "",
  " ",
  "\n\n",
  "{",
  "[",
  "]",
  "[{]",
  '[{"id":1}',
  '[{"id":1},]',
  '[{"id":1}]]',
  '[{"id":1}] x',
  '{"id":1}{"id":2}',
  '[{"id":1} {"id":2}]',
  "12",
  '"text"',
  "null",
  "true",
  "[1]",
  "[[]]",
  '[{"id":1}, 3]',
  '[{"id":1}, null]',
  "[{id:1}]",
  "[{'id':1}]",
  '[{"id":01}]',
  '[{"id":1,}]',
  '[{"id":1 "a":2}]',
  '[{"id":tru}]',
  '[{"id":"\\x"}]',
  '[{"id":"a\nb"}]',
  '[{"id":"\\ud800"}]',
  '[{"id":1e400}]',
  '[{"id":-}]',
  '[{"id":1.}]',
  '\ufeff[{"id":1}]',
  `[{"id":1,"long":"${"x".repeat(200)}" "b":2}]`,
  `${"[".repeat(140)}`,
  `[{"id":1,"deep":${"[".repeat(130)}${"]".repeat(130)}}]`,
]

/** Adding documents: every format, every way to be wrong. */
export const documentsAddFamily: Family = {
  name: "documents-add",
  company: "together",
  written: [
    (uid) => malformedJson.map((body) => json(uid(), body)),
    (uid) => malformedJson.map((body) => ndjson(uid("lines"), body)),
    (uid) => [
      json(uid(), '[{"id":1,"title":"silver"}]'),
      ...malformedJson.slice(3, 15).map((body) => json(uid(), body, "", "PUT")),
      list(uid()),
    ],
    (uid) => [
      ...[
        "",
        "id",
        "id\n",
        "id,title\n1",
        "id,title\n1,a,b",
        'id,title\n1,"a',
        "id:number,title\nx,a",
        "id:boolean\nmaybe",
        "id,flag:boolean\n1,TRUE",
        "id,,title\n1,2,3",
        "id,id\n1,2",
        "id:string:number\n1",
        "id:nothing,title\n1,x",
        ":number\n1",
        "id\n1\n\n2",
        "\ufeffid,title\n1,bom",
        "id,title\r1,a\r2,b",
        "id;title\n1;a",
        "id,price:number\n5,9007199254740993\n6,1.50\n7,-0\n8,1e3\n9,NaN",
      ].map((body) => csv(uid("csv"), body, "?primaryKey=id")),
      list(uid("csv")),
      csv(uid("csv"), "id|title\n1|a", "?csvDelimiter=|"),
      csv(uid("csv"), "id\ttitle\n1\ta", "?csvDelimiter=%09"),
      ...["", ";;", "é", "%00", '"', "\n", "a"].map((delimiter) =>
        csv(uid("csv"), "id;title\n1;a", `?csvDelimiter=${encodeURIComponent(delimiter)}`),
      ),
      json(uid("csv"), "[]", "?csvDelimiter=;"),
      ndjson(uid("csv"), "{}", "?csvDelimiter=;"),
      list(uid("csv")),
    ],
    // Content types.
    (uid) =>
      [
        null,
        "",
        "text/xml",
        "text/plain",
        "application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=latin1",
        "application/vnd.api+json",
        "text/json",
        "application/ndjson",
        "application/x-ndjson; charset=utf-8",
        "TEXT/CSV",
        "text/csv; header=present",
        "application/x-www-form-urlencoded",
        "*/*",
        "application",
      ].flatMap((type) => [send(uid(), type, '[{"id":1}]'), send(uid(), type, "", "", "PUT")]),
    // Encodings.
    (uid) => [
      ...Object.entries(encoders).map(([name, encode]) => encoded(uid(), name, encode(one))),
      encoded(uid(), "GZIP", gzipSync(one)),
      encoded(uid(), "x-gzip", gzipSync(one)),
      encoded(uid(), "identity", one),
      encoded(uid(), "zstd", one),
      encoded(uid(), "unknown", one),
      encoded(uid(), "gzip, br", one),
      encoded(uid(), "gzip", one),
      encoded(uid(), "gzip", gzipSync(one).subarray(0, 20)),
      encoded(uid(), "br", one),
      encoded(uid(), "deflate", deflateRawSync(one)),
      encoded(uid(), "gzip", gzipSync(Buffer.from("[{"))),
      encoded(uid(), "gzip", new Uint8Array()),
      list(uid()),
    ],
    // Which attribute is the id?
    (uid) => [
      json(uid("none"), '[{"title":"x"}]'),
      json(uid("two"), '[{"book_id":1,"author_id":2}]'),
      json(uid("three"), '[{"a_id":1,"b_id":2,"ID":3}]'),
      json(uid("case"), '[{"BookId":1}]'),
      { method: "GET", path: `/indexes/${uid("case")}` },
      json(uid("case"), '[{"bookid":1}]'),
      json(uid("second"), '[{"title":"x"},{"id":1}]'),
      json(uid("wrong"), '[{"id":1}]', "?primaryKey=key"),
      json(uid("wrong"), '[{"key":1,"id":2}]', "?primaryKey=key"),
      json(uid("wrong"), '[{"key":2,"id":2}]', "?primaryKey=id"),
      json(uid("wrong"), '[{"key":3}]', "?primaryKey=key"),
      json(uid("empty"), "[]"),
      { method: "GET", path: `/indexes/${uid("empty")}` },
      json(uid("empty"), "{}"),
      ndjson(uid("empty"), "\n"),
      json(uid("empty"), "[]", "?primaryKey=id"),
      { method: "GET", path: `/indexes/${uid("empty")}` },
      json(uid("nested"), '[{"a":{"id":1}}]', "?primaryKey=a.id"),
      json(uid("nested"), '[{"a":{"id":2}},{"a":{"id":"x y"}}]'),
      list(uid("nested")),
    ],
    // Query strings.
    (uid) =>
      [
        "?x=1",
        "?primarykey=id",
        "?primaryKey=",
        "?primaryKey=id&primaryKey=id",
        "?primaryKey=a%20b",
        "?skipCreation=true",
        "?customMetadata=x",
        "?csvDelimiter=",
        "?primaryKey",
        "?",
      ].map((query) => json(uid(), '[{"id":1}]', query)),
    (uid) => ["a b", "é", "x".repeat(401), "*", ".x"].map((bad) => json(encodeURIComponent(`${uid()}${bad}`), "[{")),
    // Replace and update.
    (uid) => [
      json(uid(), '[{"id":1,"a":{"x":1,"y":2},"b":[1,2],"c":null},{"id":2,"a":1}]'),
      json(uid(), '[{"id":1,"a":{"x":3}},{"id":3,"new":1}]', "", "PUT"),
      list(uid()),
      json(uid(), '[{"id":1,"b":null},{"id":"1","d":1.0}]', "", "PUT"),
      list(uid()),
      json(uid(), '[{"id":1,"only":"this"}]'),
      list(uid()),
      json(uid(), '[{"id":4,"a.b":1,"a":{"b":2,"c":3}}]'),
      json(uid(), '[{"id":4,"a.b":5}]', "", "PUT"),
      list(uid()),
      json(uid(), '[{"id":5,"v":1},{"id":5,"w":2},{"id":5,"v":3}]', "", "PUT"),
      json(uid(), '[{"id":6,"v":1},{"id":6,"w":2},{"id":"6","v":3}]'),
      list(uid()),
    ],
    (uid) => [
      ...["1.5", '"a b"', "null", '""', "[1]", "true", "{}", '"é"', "18446744073709551616", "-9223372036854775809"].map(
        (id) => json(uid(), `[{"id":"good"},{"id":${id},"title":"a"}]`, "?primaryKey=id"),
      ),
      json(uid(), '[{"id":1},{"title":"lost"}]'),
      json(uid(), `[{"id":"${"a".repeat(512)}"}]`),
      json(uid(), `[{"id":"${"a".repeat(511)}"}]`),
      list(uid()),
    ],
    // Special attributes.
    (uid) => [
      json(uid(), '[{"id":1,"_geo":{"lat":1,"lng":2}},{"id":2,"_geo":"x"}]'),
      json(uid(), '[{"id":1,"_geo":{"lat":1,"lng":2}},{"id":2,"_geo":null}]'),
      { method: "PUT", path: `/indexes/${uid()}/settings/filterable-attributes`, body: ["_geo"] },
      json(uid(), '[{"id":3,"_geo":{"lat":100,"lng":2}}]'),
      json(uid(), '[{"id":4,"_geo":{"lat":"1","lng":"2.5"}}]'),
      json(uid(), '[{"id":5,"_vectors":{"x":[1,2]}}]'),
      json(uid(), '[{"id":6,"_vectors":3}]'),
      json(uid(), '[{"id":7,"_custom":1,"":2,"$x":3," y ":4,"a.b.c":5}]'),
      list(uid()),
      { method: "POST", path: `/indexes/${uid()}/search`, body: {} },
    ],
  ],
  drawnCount: 24,
  draw: (draws, uid) => {
    const steps: Step[] = [json(uid(), `[${drawDocument(draws, "1")}]`, "?primaryKey=id")]
    for (let position = 0; position < 4; position++) {
      const { type, text } = drawPayload(draws, 12)
      const method = oneOf(draws, ["POST", "PUT"])
      const request = send(uid(), type, text, sometimes(draws, 15) ? "?primaryKey=id" : "", method)
      const encoding = oneOf(draws, ["gzip", "deflate", "br"] as const)
      steps.push(
        sometimes(draws, 20) && text !== ""
          ? {
              ...request,
              body: encoders[encoding](Buffer.from(text)),
              headers: { ...request.headers, "Content-Encoding": encoding },
            }
          : request,
      )
    }
    const id = drawId(draws, 10).replaceAll('"', "")
    steps.push(list(uid()), { method: "GET", path: `/indexes/${uid()}/documents/${encodeURIComponent(id)}` })
    return steps
  },
}
