import fc from "fast-check"

/*
 * Properties draw the same cases in every run, so that `npm test` says the same on every machine. `MIROIR_TEST_SEED` names another seed, or
 * `random`; a property that fails prints the seed that it had.
 */

const standardSeed = 0x5eed

const given = process.env["MIROIR_TEST_SEED"] ?? ""
const seed = given === "" ? standardSeed : given === "random" ? Date.now() % 0x7fffffff : Number(given)
if (!Number.isSafeInteger(seed)) throw new RangeError(`MIROIR_TEST_SEED is a whole number or "random", not ${given}`)

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed })
