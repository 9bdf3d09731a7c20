import { Clock, Context, Effect, Layer, Random } from "effect"
import { type ApiKey, defaultKeys, textOfKey } from "#core/access/api-key.ts"
import type { Hmac } from "#core/access/hmac.ts"
import { isSameSecret } from "#core/access/is-same-secret.ts"
import { Hashing } from "#core/ports/hashing.ts"
import type { ClusterRecord } from "#core/ports/store.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import { uuidOfBytes } from "#core/prelude/uuid.ts"
import { Cluster } from "./cluster.ts"
import { recordsOf } from "./cluster-state.ts"

/** Kind of the cluster records that hold API keys; their key is the uid. */
export const apiKeyKind = "api-key"

interface KeyBook {
  readonly hmac: Hmac
  /** The newest first. */
  readonly all: () => ReadonlyArray<ApiKey>
  readonly byUid: (uid: string) => ApiKey | null
  /** The key whose text this is. */
  readonly byText: (text: string) => ApiKey | null
  /** What clients send for the key with this uid, whether it exists or not. */
  readonly textOf: (uid: string) => string
}

/** The API keys of the cluster. Their texts are derived once and kept as long as their records are. */
export class ApiKeys extends Context.Service<ApiKeys, KeyBook>()("miroir/ApiKeys") {
  static readonly layer = Layer.effect(
    ApiKeys,
    Effect.suspend(() => makeApiKeys),
  )
}

const makeApiKeys = Effect.gen(function* () {
  const { options, state } = yield* Cluster
  const { hmac } = yield* Hashing
  const texts = new WeakMap<ClusterRecord, string>()
  const derive = (uid: string) => textOfKey(hmac, options.masterKey ?? "", uid)
  const recordText = (record: ClusterRecord): string => {
    const known = texts.get(record)
    if (known !== undefined) return known
    const text = derive(record.key)
    texts.set(record, text)
    return text
  }
  const records = () => recordsOf(state, apiKeyKind)
  return ApiKeys.of({
    hmac,
    all: () => [...records().values()].map(keyOf).sort((one, other) => other.createdAtMs - one.createdAtMs),
    byUid: (uid) => {
      const record = records().get(uid)
      return record === undefined ? null : keyOf(record)
    },
    byText: (text) => {
      const found = [...records().values()].filter((record) => isSameSecret(text, recordText(record)))
      return found[0] === undefined ? null : keyOf(found[0])
    },
    textOf: (uid) => {
      const record = records().get(uid)
      return record === undefined ? derive(uid) : recordText(record)
    },
  })
})

/** What stands in the store was written by us, so it is believed. */
const keyOf = (record: ClusterRecord): ApiKey => record.value as unknown as ApiKey

/** Stores a key that is new, or changed. Of two that create the same at once, one fails with `StoreConflict`. */
export const storeKey = Effect.fnUntraced(function* (key: ApiKey) {
  const cluster = yield* Cluster
  const revision = (recordsOf(cluster.state, apiKeyKind).get(key.uid)?.revision ?? -1) + 1
  yield* cluster.commit({ records: [recordOf(key, revision)] })
})

const recordOf = (key: ApiKey, revision: number): ClusterRecord => ({
  kind: apiKeyKind,
  key: key.uid,
  value: { ...key } satisfies JsonObject,
  revision,
})

/** After this a request with the key is refused. */
export const removeKey = Effect.fnUntraced(function* (uid: string) {
  const cluster = yield* Cluster
  const record = recordsOf(cluster.state, apiKeyKind).get(uid)
  if (record === undefined) return
  yield* cluster.commit({ removedRecords: [{ ...record, revision: record.revision + 1 }] })
})

/** Moments of creation differ, so that the list has one order. */
export const nextCreationMs = Effect.fnUntraced(function* () {
  const keys = yield* ApiKeys
  const newestMs = keys.all()[0]?.createdAtMs ?? 0
  return Math.max(yield* Clock.currentTimeMillis, newestMs + 1)
})

/** A uid is no secret: what a client must not guess is the text, and that takes the master key. */
export const drawKeyUid = Effect.map(
  Effect.forEach(Array.from({ length: 16 }), () => Random.nextIntBetween(0, 255)),
  uuidOfBytes,
)

/**
 * Like the engine, a cluster without any key gets four at its start. Without a master key there are no keys. All or none: a start that finds one
 * key makes no other.
 */
export const createDefaultKeys = Effect.gen(function* () {
  const cluster = yield* Cluster
  const keys = yield* ApiKeys
  if (cluster.options.masterKey === null || keys.all().length > 0) return
  const nowMs = yield* Clock.currentTimeMillis
  const records = yield* Effect.forEach(defaultKeys, (key, at) => {
    // Moments of creation differ, so that the list has one order.
    const times = { expiresAt: null, expiresAtMs: null, createdAtMs: nowMs + at, updatedAtMs: nowMs + at }
    return Effect.map(drawKeyUid, (uid) => recordOf({ ...key, ...times, uid }, 0))
  })
  yield* cluster.commit({ records })
})
