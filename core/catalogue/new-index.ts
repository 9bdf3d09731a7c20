import { type Placement, type Topology } from "#core/topology/topology.ts"
import type { IndexRecord } from "./index-record.ts"

/** Meilisearch's limit on index uids, in bytes (its message says 512). */
const uidBytesMax = 400
const versionSeparator = "__"

/**
 * Name of one life of an index on the nodes. It ends in the version that created it, which makes it unique; a long uid is cut so that the
 * whole still fits.
 */
export const physicalUidOf = (uid: string, version: number): string => {
  const suffix = `${versionSeparator}${version}`
  return uid.slice(0, uidBytesMax - suffix.length) + suffix
}

/** A name that never exists on a node: asking for it makes the node itself say that the index is missing. */
export const phantomUidOf = (uid: string): string => physicalUidOf(uid, 0)

export const isPhysicalUid = (uid: string): boolean => /^[A-Za-z0-9_-]+__[0-9]+$/.test(uid)

export const isValidIndexUid = (uid: string): boolean => uid.length <= uidBytesMax && /^[A-Za-z0-9_-]+$/.test(uid)

export const invalidIndexUidMessage = (uid: string): string =>
  `\`${uid}\` is not a valid index uid. Index uid can be an integer or a string containing only alphanumeric characters, hyphens (-) and underscores (_), and can not be more than 512 bytes.`

/** The record of an index that a write is about to create. */
export const newIndex = (
  uid: string,
  version: number,
  primaryKey: string | null,
  topology: Topology,
  place: (physicalUid: string, shardCount: number, topology: Topology) => Placement,
): IndexRecord => {
  const physicalUid = physicalUidOf(uid, version)
  return {
    physicalUid,
    uid,
    primaryKey,
    shardCount: topology.defaultShardCount,
    placement: place(physicalUid, topology.defaultShardCount, topology),
    settings: {},
    settingsVersion: 0,
    visible: false,
    deletedBy: null,
    createdAtMs: 0,
    updatedAtMs: 0,
    revision: 0,
  }
}
