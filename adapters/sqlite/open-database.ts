import { closeSync, mkdirSync, openSync } from "node:fs"
import { dirname } from "node:path"
import Database from "better-sqlite3"
import { StoreUnavailable } from "#core/ports/store.ts"
import { migrate } from "./migrations.ts"

/**
 * How long a statement waits for another process that writes to the same file. The driver waits on the thread of the event
 * loop, and our transactions last milliseconds: longer than this only a stuck process holds the lock.
 */
const busyTimeoutMs = 2000

/**
 * Opens the file, makes it when it is missing, and brings it to the current format. Throws `StoreUnavailable`, or an
 * error of the driver or of the file system.
 */
export const openDatabase = (path: string, waitMs = busyTimeoutMs): Database.Database => {
  if (path !== ":memory:") makeFile(path)
  const database = new Database(path, { timeout: waitMs })
  try {
    preferWriteAheadLog(database)
    // FULL: each commit reaches the disk before we answer. With NORMAL a power loss takes back the last commits of a
    // write-ahead log: tasks that clients were told of, and sequence numbers that nodes have already stored as versions.
    database.pragma("synchronous = FULL")
    // On macOS an ordinary sync stops at the cache of the drive; elsewhere this changes nothing.
    database.pragma("fullfsync = ON")
    migrate(database, path)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Settings in the store may hold keys of embedders: nobody but the owner reads the file (SQLite gives its log the same mode). */
const makeFile = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, "a", 0o600))
}

/** Readers do not wait for the writer then. The mode is a property of the file: whoever keeps us from setting it is setting it. */
const preferWriteAheadLog = (database: Database.Database): void => {
  try {
    database.pragma("journal_mode = WAL")
  } catch (error) {
    if (!(error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY"))) throw error
  }
}

/** What an exception of the driver or of the file system means for a caller; null: it is not theirs but a bug of ours. */
export const asUnavailable = (error: unknown, database: Database.Database | null): StoreUnavailable | null => {
  if (error instanceof StoreUnavailable) return error
  if (error instanceof Database.SqliteError) return new StoreUnavailable({ reason: `${error.code}: ${error.message}` })
  if (database !== null) return database.open ? null : new StoreUnavailable({ reason: "the database is closed" })
  return error instanceof Error ? new StoreUnavailable({ reason: error.message }) : null
}
