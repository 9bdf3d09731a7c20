import { describe, expect, it } from "vitest"
import type { HttpMethod } from "#core/protocol/http-message.ts"
import { matchRoute } from "./match-route.ts"
import { routes } from "./routes.ts"

const found = (method: HttpMethod, path: string) => {
  const matched = matchRoute(method, path)
  return matched.tag === "found" ? [matched.route.path, ...matched.parameters] : matched.tag
}

describe("the route table", () => {
  it("finds each of its routes by its own path", () => {
    for (const route of routes) {
      const path = route.path.replaceAll(/\{[a-z]+\}/g, "x-1")
      expect(found(route.method, path)?.[0]).toBe(route.path)
    }
  })

  it("names no route twice", () => {
    const names = routes.map((route) => `${route.method} ${route.path}`)
    expect(names.filter((name, position) => names.indexOf(name) !== position)).toEqual([])
  })

  it("prefers a literal segment to a parameter", () => {
    expect(found("POST", "/indexes/movies/documents/fetch")).toEqual(["/indexes/{uid}/documents/fetch", "movies"])
    expect(found("GET", "/indexes/movies/documents/fetch")).toBe("wrong-method")
  })

  it("decodes segments, and leaves one as it is that cannot be decoded", () => {
    expect(found("GET", "/indexes/a%20b")).toEqual(["/indexes/{uid}", "a b"])
    expect(found("GET", "/%68ealth")).toEqual(["/health"])
    expect(found("GET", "/indexes/%zz")).toEqual(["/indexes/{uid}", "%zz"])
  })

  it("tells an unknown path from a wrong method", () => {
    expect(found("GET", "/nowhere")).toBe("unknown")
    expect(matchRoute("PUT", "/health")).toEqual({ tag: "wrong-method", path: "/health", allowed: ["GET"] })
  })
})
