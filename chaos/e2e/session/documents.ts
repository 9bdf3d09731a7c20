import { readMovies } from "../movies.ts"
import type { Step } from "./step.ts"

const movies = readMovies()
/** The first write is large. */
const firstPart = 2_000
const batchSize = 100

const byGenre = 'genre = "poetry"'

/** Fills `movies` with 3,201 documents and changes a few of them; tries every way of writing on the small `library`. */
export const documentSteps: ReadonlyArray<Step> = [
  {
    name: "add two thousand documents",
    run: ({ client, write }) => write(() => client.index("movies").addDocuments(movies.slice(0, firstPart))),
  },
  {
    name: "add the rest",
    run: ({ client, write }) => write(() => client.index("movies").addDocuments(movies.slice(firstPart))),
  },
  {
    // The SDK sends all batches at once. They are equally large and change nothing, so their order makes no difference.
    name: "add documents again in batches",
    run: async ({ client, write }) => {
      const batches = client.index("movies").addDocumentsInBatches(movies.slice(0, 3 * batchSize), batchSize)
      const enqueued = await Promise.all(batches)
      const answers = []
      for (const task of enqueued.sort((a, b) => a.taskUid - b.taskUid)) answers.push(await write(async () => task))
      return answers
    },
  },
  { name: "get a document", run: ({ client }) => client.index("movies").getDocument(1) },
  { name: "get a document whose title is a number", run: ({ client }) => client.index("movies").getDocument(1740) },
  {
    name: "get some fields of a document",
    run: ({ client }) => client.index("movies").getDocument(7, { fields: ["Title", "id"] }),
  },
  { name: "get a missing document", run: ({ client }) => client.index("movies").getDocument(999_999) },
  { name: "get a document of a missing index", run: ({ client }) => client.index("missing").getDocument(1) },
  { name: "list documents", run: ({ client }) => client.index("movies").getDocuments() },
  {
    name: "list a page of documents",
    run: ({ client }) => client.index("movies").getDocuments({ offset: 1234, limit: 7 }),
  },
  {
    name: "list documents over the end",
    run: ({ client }) => client.index("movies").getDocuments({ offset: 3195, limit: 50 }),
  },
  { name: "list no documents", run: ({ client }) => client.index("movies").getDocuments({ limit: 0 }) },
  {
    name: "list some fields",
    run: ({ client }) => client.index("movies").getDocuments({ fields: ["Title", "US Gross"], limit: 5 }),
  },
  {
    name: "list by filter",
    run: ({ client }) => client.index("movies").getDocuments({ filter: '"IMDB Rating" > 8.8', limit: 50 }),
  },
  {
    name: "list by filters in arrays",
    run: ({ client }) =>
      client.index("movies").getDocuments({
        filter: [['"Major Genre" = Musical', "Director = 'Woody Allen'"], '"US Gross" > 40000000'],
        fields: ["id", "Title"],
      }),
  },
  {
    name: "list by a filter that matches nothing",
    run: ({ client }) => client.index("movies").getDocuments({ filter: '"US Gross" < 0' }),
  },
  {
    name: "list by a bad filter",
    run: ({ client }) => client.index("movies").getDocuments({ filter: '"US Gross" >' }),
  },
  {
    name: "list by a filter on another attribute",
    run: ({ client }) => client.index("movies").getDocuments({ filter: "Source = x" }),
  },
  {
    name: "list sorted documents",
    run: ({ client }) =>
      client
        .index("movies")
        .getDocuments({ sort: ["IMDB Rating:desc", "Title:asc"], fields: ["id", "Title", "IMDB Rating"], limit: 30 }),
  },
  {
    name: "list documents by id",
    run: ({ client }) =>
      client.index("movies").getDocuments({ ids: ["3000", "1", "17", "999999"], fields: ["id", "Title"] }),
  },
  {
    name: "fetch documents",
    run: ({ raw }) =>
      raw({
        method: "POST",
        path: "/indexes/movies/documents/fetch",
        body: { offset: 2, limit: 3, fields: ["id", "Title"] },
      }),
  },
  {
    name: "fetch with an unknown field",
    run: ({ raw }) => raw({ method: "POST", path: "/indexes/movies/documents/fetch", body: { limits: 3 } }),
  },
  { name: "stats of an index", run: ({ client }) => client.index("movies").getStats() },
  { name: "stats of the server", run: ({ client }) => client.getStats() },
  {
    name: "replace a document",
    run: ({ client, write }) =>
      write(() => client.index("movies").addDocuments([{ id: 11, Title: "Replaced", "Major Genre": "Drama" }])),
  },
  { name: "the replaced document", run: ({ client }) => client.index("movies").getDocument(11) },
  {
    name: "update documents partially",
    run: ({ client, write }) =>
      write(() =>
        client.index("movies").updateDocuments([
          { id: 11, note: "kept" },
          { id: 12, Title: "Renamed" },
          { id: 13, Source: { kind: "book", year: 1.0 } },
        ]),
      ),
  },
  {
    name: "the partially updated documents",
    run: ({ client }) => client.index("movies").getDocuments({ ids: [11, 12, 13] as never }),
  },

  {
    name: "add documents as NDJSON, the primary key is found",
    run: ({ client, write }) =>
      write(() => client.index("library").addDocumentsFromString(ndjson, "application/x-ndjson")),
  },
  { name: "the primary key that was found", run: ({ client }) => client.getRawIndex("library") },
  {
    name: "add documents as CSV",
    run: ({ client, write }) => write(() => client.index("library").addDocumentsFromString(csv, "text/csv")),
  },
  {
    name: "add documents as CSV with another delimiter",
    run: ({ client, write }) =>
      write(() =>
        client
          .index("library")
          .addDocumentsFromString("book_id;title\n21;Ulysses\n22;Emma", "text/csv", { csvDelimiter: ";" }),
      ),
  },
  {
    name: "update documents as NDJSON",
    run: ({ client, write }) =>
      write(() =>
        client
          .index("library")
          .updateDocumentsFromString(
            '{"book_id":1,"year":1965}\n{"book_id":23,"title":"Persuasion"}',
            "application/x-ndjson",
          ),
      ),
  },
  {
    name: "the last of two documents with one id wins",
    run: ({ writeRaw }) =>
      writeRaw({
        method: "POST",
        path: "/indexes/library/documents",
        body: [
          { book_id: 24, title: "first" },
          { book_id: 25, title: "between" },
          { book_id: "24", title: "second" },
        ],
      }),
  },
  {
    name: "one document instead of a list",
    run: ({ writeRaw }) =>
      writeRaw({ method: "POST", path: "/indexes/library/documents", body: { book_id: 26, title: "Walden" } }),
  },
  {
    name: "an empty list of documents",
    run: ({ client, write }) => write(() => client.index("library").addDocuments([])),
  },
  { name: "list the library", run: ({ client }) => client.index("library").getDocuments() },
  {
    name: "make the genre filterable",
    run: ({ client, write }) => write(() => client.index("library").updateFilterableAttributes(["genre"])),
  },
  { name: "delete one document", run: ({ client, write }) => write(() => client.index("library").deleteDocument(2)) },
  {
    name: "delete a missing document",
    run: ({ client, write }) => write(() => client.index("library").deleteDocument(777)),
  },
  {
    name: "delete documents by id",
    run: ({ client, write }) => write(() => client.index("library").deleteDocuments([3, 21, 888])),
  },
  {
    name: "delete documents by filter",
    run: ({ client, write }) => write(() => client.index("library").deleteDocuments({ filter: byGenre })),
  },
  { name: "what is left of the library", run: ({ client }) => client.index("library").getDocuments() },
  {
    name: "delete documents by an empty filter",
    run: ({ client }) => client.index("library").deleteDocuments({ filter: "" }),
  },
  {
    name: "delete documents by a bad filter",
    run: ({ client }) => client.index("library").deleteDocuments({ filter: "genre =" }),
  },
  {
    name: "delete documents by a filter on another attribute",
    run: ({ client, write }) => write(() => client.index("library").deleteDocuments({ filter: "year = 1965" })),
  },
  {
    name: "delete a document of a missing index",
    run: ({ client, write }) => write(() => client.index("missing").deleteDocument(1)),
  },
  {
    name: "delete all documents",
    run: ({ client, write }) => write(() => client.index("library").deleteAllDocuments()),
  },
  { name: "the empty library", run: ({ client }) => client.index("library").getDocuments() },
]

const ndjson = [
  '{"book_id":1,"title":"Dune","genre":"novel","tags":["sand","spice"],"price":9.90}',
  '{"book_id":2,"title":"Ficciones","genre":"stories","author":{"name":"Borges","born":1899}}',
  '{"book_id":3,"title":"Kim","genre":"novel","price":null}',
].join("\n")

const csv = [
  "book_id:number,title,genre,year:number,lent:boolean",
  '11,"Songs, of Innocence",poetry,1789,true',
  "12,Howl,poetry,1956.5,false",
  "13,Walden ,,,",
].join("\n")
