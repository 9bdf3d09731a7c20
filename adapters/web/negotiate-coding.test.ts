import { expect, test } from "vitest"
import { negotiateCoding } from "./negotiate-coding.ts"

// Every line was seen on the wire of Meilisearch v1.21.0.

test.each([
  [undefined, "identity"],
  ["", "identity"],
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["br", "br"],
  ["deflate", "deflate"],
  ["zstd", "identity"],
  ["x-gzip", "identity"],
  ["*", "identity"],
  ["br;q=0, *", "identity"],
  ["gzip;q=0", "identity"],
  ["gzip;q=0.5", "gzip"],
])("of a client who accepts %j the answer goes out in %s", (accepted, expected) => {
  expect(negotiateCoding(accepted)).toBe(expected)
})

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["deflate, gzip", "gzip"],
  ["deflate;q=0.5, gzip;q=.500", "gzip"],
  ["deflate;q=0.501, gzip;q=0.5", "deflate"],
  ["gzip;q=0.5, br;q=0.1", "gzip"],
  ["br;q=0.1, gzip", "gzip"],
  ["zstd, deflate;q=0.9", "deflate"],
  ["*;q=0.5, gzip;q=0.1, identity;q=0", "gzip"],
  ["identity, gzip;q=0.5", "identity"],
  ["identity, deflate", "deflate"],
  ["gzip;q=1, identity;q=1", "gzip"],
  ["identity;q=0.5, foo;q=0.9, deflate;q=0.2", "identity"],
  ["gzip;q=0, gzip", "gzip"],
])("of %j the best wish wins, then our own order: %s", (accepted, expected) => {
  expect(negotiateCoding(accepted)).toBe(expected)
})

test.each([
  ["gzip ; q=0.5 , br\t;Q=0.9", "br"],
  ["gzip;q=-1, br;q=.5, deflate;q=0.5", "br"],
  ["gzip;q=1e0", "gzip"],
  ["gzip;q=1.000", "gzip"],
  ["gzip;q=1.0000", "identity"],
  ["gzip;q=2", "identity"],
  ["gzip;q=abc", "identity"],
  ["gzip;q= 0.5", "identity"],
  ["gzip;q=", "identity"],
  ["gzip;q=0.0001", "identity"],
  ["gzip;q=0.5;q=0.9, br;x=1", "identity"],
  ["gzip;", "identity"],
  [";;;", "identity"],
  ["gz\u00efp, br", "identity"],
])("in %j only what is well-formed counts: %s", (accepted, expected) => {
  expect(negotiateCoding(accepted)).toBe(expected)
})

test.each([
  ["identity;q=0", "none"],
  ["*;q=0", "none"],
  ["zstd, identity;q=0", "none"],
  ["gzip;q=abc, identity;q=0", "none"],
  ["identity;q=0, gzip;q=0", "none"],
  ["identity;q=0, br", "br"],
  ["identity;q=0, *", "identity"],
  ["*;q=0, identity;q=0.2", "identity"],
])("who refuses an answer as it is (%j) gets %s", (accepted, expected) => {
  expect(negotiateCoding(accepted)).toBe(expected)
})
