import { expect, test } from "vitest"
import { classifyFailure } from "./classify-failure.ts"

const failure = (code: string, syscall?: string): Error =>
  Object.assign(new Error(`${syscall ?? "request"} ${code}`), { code, syscall })

test.each([
  ["ECONNREFUSED", "connect"],
  ["ENOTFOUND", "getaddrinfo"],
  ["EAI_AGAIN", "getaddrinfo"],
  ["EHOSTUNREACH", "connect"],
  ["ETIMEDOUT", "connect"],
  ["ECONNRESET", "connect"],
  ["UND_ERR_CONNECT_TIMEOUT", undefined],
  ["UND_ERR_CLOSED", undefined],
])("%s in %s comes before the first byte", (code, syscall) => {
  expect(classifyFailure(failure(code, syscall)).wasSent).toBe("no")
})

test.each([
  ["ECONNRESET", "read"],
  ["EPIPE", "write"],
  ["ETIMEDOUT", "read"],
  ["EHOSTUNREACH", "read"],
  ["UND_ERR_SOCKET", undefined],
  ["UND_ERR_DESTROYED", undefined],
  ["UND_ERR_HEADERS_TIMEOUT", undefined],
  ["ECONNRESET", undefined],
  ["SOMETHING_NEW", undefined],
])("%s in %s may come after the request was done", (code, syscall) => {
  expect(classifyFailure(failure(code, syscall)).wasSent).toBe("unknown")
})

test("the cause inside a wrapper decides", () => {
  const wrapped = new TypeError("fetch failed", { cause: failure("ECONNREFUSED", "connect") })
  expect(classifyFailure(wrapped)).toEqual({ wasSent: "no", reason: "connect ECONNREFUSED" })
})

test("a host with several addresses fails like its addresses", () => {
  const each = [failure("ECONNREFUSED", "connect"), failure("ECONNREFUSED", "connect")]
  expect(classifyFailure(new AggregateError(each, "all failed")).wasSent).toBe("no")
})

test("what is no error at all is unknown, and a cause that is its own cause ends", () => {
  expect(classifyFailure("boom").wasSent).toBe("unknown")
  const endless = new Error("again")
  endless.cause = endless
  expect(classifyFailure(endless)).toEqual({ wasSent: "unknown", reason: "again" })
})
