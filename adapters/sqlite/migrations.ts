import type Database from "better-sqlite3"
import { StoreUnavailable } from "#core/ports/store.ts"

/** Written into the head of the file, so that somebody else's database is never taken for a store: "mIRO". */
const applicationId = 0x6d49524f

/**
 * How a file of each format becomes one of the next: entry 0 makes format 1 of an empty file. Entries are never edited
 * once released; a changed format is a new entry.
 *
 * A record is kept whole as JSON; beside it stand only the columns that a question filters or orders by.
 * `status` is what a client sees, so `dispatching` is `enqueued`.
 */
const migrations: ReadonlyArray<string> = [
  `
  CREATE TABLE cluster (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT;
  INSERT INTO cluster (id, version) VALUES (1, 0);
  CREATE TABLE topology (id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE indexes (physical_uid TEXT PRIMARY KEY, revision INTEGER NOT NULL, record TEXT NOT NULL) STRICT;
  CREATE TABLE nodes (
    node_id TEXT PRIMARY KEY,
    incarnation TEXT,
    highest_task_uid INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE behind (
    physical_uid TEXT NOT NULL,
    shard INTEGER NOT NULL,
    node_id TEXT NOT NULL,
    since_version INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (physical_uid, shard, node_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tasks (
    uid INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    index_uid TEXT,
    physical_uid TEXT,
    status TEXT NOT NULL,
    canceled_by INTEGER,
    enqueued_at_ms REAL NOT NULL,
    started_at_ms REAL,
    finished_at_ms REAL,
    record TEXT NOT NULL
  ) STRICT;
  -- Every index ends with the uid, so each also gives its rows in the order of a page.
  CREATE INDEX tasks_by_kind ON tasks (kind);
  CREATE INDEX tasks_by_index_uid ON tasks (index_uid);
  CREATE INDEX tasks_by_physical_uid ON tasks (physical_uid);
  CREATE INDEX tasks_by_status ON tasks (status);
  CREATE INDEX tasks_by_canceled_by ON tasks (canceled_by) WHERE canceled_by IS NOT NULL;
  CREATE INDEX tasks_by_enqueued_at ON tasks (enqueued_at_ms);
  CREATE INDEX tasks_by_started_at ON tasks (started_at_ms);
  CREATE INDEX tasks_by_finished_at ON tasks (finished_at_ms);
  `,
  `
  CREATE TABLE records (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE tasks ADD COLUMN also_index_uid TEXT;
  CREATE INDEX tasks_by_also_index_uid ON tasks (also_index_uid) WHERE also_index_uid IS NOT NULL;
  -- Tasks that clients no longer see, as long as repair needs what they wrote.
  CREATE TABLE retired_tasks (uid INTEGER PRIMARY KEY, physical_uid TEXT, record TEXT NOT NULL) STRICT;
  CREATE INDEX retired_tasks_by_physical_uid ON retired_tasks (physical_uid);
  `,
  `
  ALTER TABLE cluster ADD COLUMN state_revision INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE leases (
    scope TEXT PRIMARY KEY,
    holder TEXT,
    address TEXT,
    token INTEGER NOT NULL,
    beat INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The state of a task that is not finished, else nothing.
  ALTER TABLE tasks ADD COLUMN open_state TEXT;
  UPDATE tasks SET open_state = json_extract(record, '$.state') WHERE status IN ('enqueued', 'processing');
  CREATE INDEX open_tasks ON tasks (uid, kind, index_uid, also_index_uid, physical_uid, open_state)
    WHERE open_state IS NOT NULL;
  `,
]

/** The format that this version of Miroir writes. */
export const storeFormat = migrations.length

/**
 * Brings an open file to `storeFormat`, in one transaction: two proxies may start on one new file at the same moment.
 * Throws `StoreUnavailable` for a file that is newer than this program or not ours.
 */
export const migrate = (database: Database.Database, path: string): void => {
  database
    .transaction(() => {
      const format = Number(database.pragma("user_version", { simple: true }))
      if (format > storeFormat) throw new StoreUnavailable({ reason: newerFormat(path, format) })
      if (!isOurs(database)) throw new StoreUnavailable({ reason: `${path} is a database of another program` })
      for (const migration of migrations.slice(format)) database.exec(migration)
      database.pragma(`application_id = ${applicationId}`)
      database.pragma(`user_version = ${storeFormat}`)
    })
    .immediate()
}

const newerFormat = (path: string, format: number): string =>
  `${path} was written by a newer Miroir (format ${format}, this one knows ${storeFormat}): ` +
  "start that version again, or use a copy of the file made before the upgrade"

const isOurs = (database: Database.Database): boolean =>
  database.pragma("application_id", { simple: true }) === applicationId ||
  database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0
