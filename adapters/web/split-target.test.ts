import * as fc from "fast-check"
import { expect, test } from "vitest"
import { splitTarget } from "./split-target.ts"

const segment = fc.stringMatching(/^[a-z0-9%._~-]{1,8}$/)
const query = fc.stringMatching(/^[a-z0-9%=&/?:]{0,12}$/)

test("however many slashes stand between and behind the segments, the path is the same", () => {
  const slashes = fc.integer({ min: 1, max: 3 }).map((count) => "/".repeat(count))
  fc.assert(
    fc.property(
      fc.array(fc.tuple(slashes, segment)),
      fc.constantFrom("", "/", "//"),
      query,
      (parts, trailing, text) => {
        const target = parts.map(([slash, name]) => slash + name).join("") + trailing
        const path = `/${parts.map(([, name]) => name).join("/")}`
        expect(splitTarget(`${target === "" ? "/" : target}?${text}`)).toEqual({ path, query: text })
      },
    ),
  )
})

test("a whole URL is the same as its path and query", () => {
  fc.assert(
    fc.property(fc.array(segment), query, (names, text) => {
      const target = `/${names.join("/")}?${text}`
      expect(splitTarget(`http://h:7700${target}`)).toEqual(splitTarget(target))
    }),
  )
})

test.each([
  ["/", { path: "/", query: "" }],
  ["/indexes/", { path: "/indexes", query: "" }],
  ["//health//", { path: "/health", query: "" }],
  ["/tasks?statuses=enqueued&x=//", { path: "/tasks", query: "statuses=enqueued&x=//" }],
  ["http://h", { path: "/", query: "" }],
  ["http://h?x=1", { path: "/", query: "x=1" }],
  ["http://h/a?u=http://x/", { path: "/a", query: "u=http://x/" }],
])("%s is %j", (target, expected) => {
  expect(splitTarget(target)).toEqual(expected)
})
