/** How a client wrote its documents. `delimiter` is one ASCII character. */
export type PayloadFormat =
  { readonly tag: "json" } | { readonly tag: "ndjson" } | { readonly tag: "csv"; readonly delimiter: string }
