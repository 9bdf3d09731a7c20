import type { Json } from "#core/prelude/json.ts"
import { matchesAnyPattern, matchesIndexPattern } from "./index-pattern.ts"
import type { TenantRule } from "./read-claims.ts"

/** What the one who asks may see and do, beyond the action that the route has checked. */
export interface Caller {
  /** Patterns of the API key. */
  readonly keyIndexes: ReadonlyArray<string>
  /** Rules of a tenant token; null without one. */
  readonly tenantRules: ReadonlyArray<TenantRule> | null
  /** Whether a write may create the index that it misses. */
  readonly mayCreateIndexes: boolean
}

/** The owner of the master key, and everybody where there is none. */
export const unrestrictedCaller: Caller = { keyIndexes: ["*"], tenantRules: null, mayCreateIndexes: true }

export const maySeeIndex = (caller: Caller, uid: string): boolean =>
  matchesAnyPattern(caller.keyIndexes, uid) && mayTenantSee(caller, uid)

export const mayTenantSee = (caller: Caller, uid: string): boolean =>
  caller.tenantRules === null || caller.tenantRules.some(({ pattern }) => matchesIndexPattern(pattern, uid))

export const maySeeAllIndexes = (caller: Caller): boolean =>
  caller.keyIndexes.includes("*") && (caller.tenantRules?.some(({ pattern }) => pattern === "*") ?? true)

export const mayCreateIndex = (caller: Caller, uid: string): boolean =>
  caller.mayCreateIndexes && maySeeIndex(caller, uid)

/**
 * The filter that a tenant token adds to searches of an index; null: none. Of several rules that mean the index the most specific
 * one counts: its exact name, else the longest pattern.
 */
export const tenantFilterOf = (caller: Caller, uid: string): Json => {
  let chosen: TenantRule | null = null
  for (const rule of caller.tenantRules ?? [])
    if (matchesIndexPattern(rule.pattern, uid) && (chosen === null || isMoreSpecific(rule.pattern, chosen.pattern)))
      chosen = rule
  return chosen?.filter ?? null
}

const isMoreSpecific = (pattern: string, other: string): boolean =>
  isExact(pattern) === isExact(other) ? pattern.length > other.length : isExact(pattern)

const isExact = (pattern: string): boolean => !pattern.endsWith("*")
