import { Schema } from "effect"
import { shardCountMax } from "#core/protocol/hidden-fields.ts"
import { traceBodies } from "#core/tracing/trace-line.ts"
import { choice, documented, secret, text, wholeNumber } from "./documented-key.ts"

/** Longest wait that a timer of the runtimes can hold: 2^31 − 1 milliseconds. */
const timerMaxMs = 2_147_483_647

/** Ids appear in URLs, headers and labels of metrics, so they must not need escaping there. */
const Id = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9._-]{1,64}$/))
const idExpected = "1 to 64 of the characters A–Z a–z 0–9 . _ -"

const NodeConfig = Schema.Struct({
  id: documented(Id, {
    expected: idExpected,
    default: null,
    meaning: "Stable name of a node, unique in the fleet.",
    reason: "None: placement is decided by this name, so it must never change or be taken by another node.",
    secret: false,
  }),
  url: documented(Schema.NonEmptyString, {
    expected: 'a URL like "http://10.0.0.7:7700", without a path',
    default: null,
    meaning: "Where the Meilisearch server of the node answers.",
    reason: "None: it may change when a node moves to another address.",
    secret: false,
  }),
})

const GroupConfig = Schema.Struct({
  id: documented(Id, {
    expected: idExpected,
    default: null,
    meaning: "Stable name of a replica group, unique in the fleet.",
    reason: "None: placement is recorded under this name.",
    secret: false,
  }),
  nodes: documented(Schema.Array(NodeConfig), {
    expected: "a list of { id, url }",
    default: null,
    meaning: "The nodes that together hold every shard of every index once or more.",
    reason: "None: a group without nodes serves nothing.",
    secret: false,
  }),
})

/** The whole configuration of a proxy. Each key says what it decides and why its default is what it is. */
export const ConfigSchema = Schema.Struct({
  server: Schema.Struct({
    host: text("a host name or an IP address", {
      default: "127.0.0.1",
      meaning: "Address on which the proxy listens.",
      reason: 'Nobody else reaches a proxy that was started to be tried; "0.0.0.0" opens it to the network.',
    }),
    port: wholeNumber(
      { unit: null, from: 0, to: 65_535 },
      {
        default: 7700,
        meaning: "TCP port on which the proxy listens; 0 takes a free one.",
        reason: "Meilisearch's own port, so that clients need no change.",
      },
    ),
    payload_limit_bytes: wholeNumber(
      { unit: "bytes", from: 1, to: 4_294_967_296 },
      {
        default: 100_000_000,
        meaning: "Largest request body; a larger one is answered with 413 `payload_too_large`.",
        reason: "Meilisearch's own limit (100 MB). A body is held in memory while it is split.",
      },
    ),
    max_requests_in_flight: wholeNumber(
      { unit: "requests", from: 1, to: 1_000_000 },
      {
        default: 1000,
        meaning: "Requests worked on at the same time; one more is answered with 503 and `Retry-After`.",
        reason: "Refusing early keeps the latency of accepted requests and the memory bounded.",
      },
    ),
  }),
  proxy: Schema.Struct({
    id: documented(Schema.NullOr(Schema.NonEmptyString), {
      expected: "a text that is not empty",
      default: null,
      meaning: "Stable name of this proxy, unique among those that share a store. Not set: name of the host and port.",
      reason: "A proxy that starts again under its name may write at once; another one waits until the lease is over.",
      secret: false,
    }),
    address: documented(Schema.NullOr(Schema.NonEmptyString), {
      expected: 'a URL like "http://10.0.0.5:7700", without a path',
      default: null,
      meaning:
        "Where other proxies on the same store reach this one, to hand on what one alone may do. Not set: loopback.",
      reason: "Proxies that share a SQLite file run on one machine.",
      secret: false,
    }),
  }),
  master_key: secret({
    meaning: "Key of the cluster: clients need it, or a key made with it. Not set: every client may do everything.",
    reason: "Like Meilisearch's `--master-key`. An empty value is refused: it is nearly always a lost variable.",
  }),
  node_master_key: secret({
    meaning: "Key that the proxy sends to the nodes; the same for all of them. Not set: the nodes have none.",
    reason: "Clients never see it, so it can be rotated without them.",
  }),
  store: Schema.Struct({
    path: text('the path of a file, or ":memory:"', {
      default: ".miroir/miroir.db",
      meaning: 'SQLite file with the shared state of the proxies; ":memory:" forgets everything at the end.',
      reason: "Beside the data of a local fleet. It must be on a local disk: network file systems break its locks.",
    }),
  }),
  dumps: Schema.Struct({
    path: text("the path of a folder", {
      default: ".miroir/dumps",
      meaning: "Folder in which `POST /dumps` writes; it is made when the first dump is.",
      reason: "Beside the store. While a dump is written, the folder also needs room for its uncompressed documents.",
    }),
  }),
  fleet: Schema.Struct({
    replication_factor: wholeNumber(
      { unit: "replicas", from: 1, to: 64 },
      {
        default: 1,
        meaning: "Replicas of each shard inside one group; at most the number of nodes of the smallest group.",
        reason: "The only value that every fleet can hold. From 2 on a node may fail without a loss.",
      },
    ),
    shards: wholeNumber(
      { unit: "shards", from: 1, to: shardCountMax },
      {
        default: 64,
        meaning: "Shards of an index that is created without saying how many. An index keeps its number.",
        reason: "Eight times the nodes that a group will ever have is a good rule: 64 serves up to 8 nodes.",
      },
    ),
    groups: documented(Schema.Array(GroupConfig), {
      expected: "a list of { id, nodes }",
      default: [],
      meaning: "The fleet at the first start. Later the topology in the store counts, which this only seeds.",
      reason: "None: nothing can be guessed. It may stay empty once the store knows the fleet.",
      secret: false,
    }),
  }),
  health: Schema.Struct({
    interval_ms: wholeNumber(
      { unit: "milliseconds", from: 10, to: timerMaxMs },
      {
        default: 5000,
        meaning: "Pause between two health checks of a node.",
        reason: "Requests find a dead node sooner than checks do; these must only notice that it is back.",
      },
    ),
    timeout_ms: wholeNumber(
      { unit: "milliseconds", from: 1, to: timerMaxMs },
      {
        default: 2000,
        meaning: "A health check that takes longer has failed.",
        reason: "A node that indexes at full speed still answers within it.",
      },
    ),
    unhealthy_threshold: wholeNumber(
      { unit: "checks", from: 1, to: 1000 },
      {
        default: 3,
        meaning: "Failed checks in a row after which a node is not asked any more.",
        reason: "One lost packet must not move the load of a node to its neighbours.",
      },
    ),
    recovery_threshold: wholeNumber(
      { unit: "checks", from: 1, to: 1000 },
      {
        default: 2,
        meaning: "Passed checks in a row after which a node is asked again.",
        reason: "A node that restarts in a loop must not be believed at its first answer.",
      },
    ),
  }),
  search: Schema.Struct({
    timeout_ms: wholeNumber(
      { unit: "milliseconds", from: 1, to: timerMaxMs },
      {
        default: 30_000,
        meaning: "Time that a search may take, all nodes and retries together.",
        reason: "Far above any search that is well; who waits longer has gone.",
      },
    ),
  }),
  scatter: Schema.Struct({
    unavailable_shard_policy: choice(["partial", "error"], {
      default: "partial",
      meaning:
        "What a search does when no replica of a shard answers: `partial` answers without it and says so in a header, `error` answers 503.",
      reason: "Most users prefer some results to none.",
    }),
  }),
  write: Schema.Struct({
    timeout_ms: wholeNumber(
      { unit: "milliseconds", from: 1, to: timerMaxMs },
      {
        default: 30_000,
        meaning: "Time that the nodes may take to accept a write; a node that did not is behind and is repaired.",
        reason: "A payload of the largest size needs seconds on a slow network.",
      },
    ),
  }),
  tasks: Schema.Struct({
    retention_hours: wholeNumber(
      { unit: "hours", from: 1, to: 87_600 },
      {
        default: 168,
        meaning:
          "How long finished tasks can be looked up. Older ones are forgotten, as are the oldest beyond a million; what repair still needs to know stays.",
        reason: "A week is longer than anybody waits for a task. An entry of the log takes about a kilobyte.",
      },
    ),
  }),
  trace: Schema.Struct({
    path: documented(Schema.NullOr(Schema.NonEmptyString), {
      expected: "the path of a file",
      default: null,
      meaning: "File to which a trace of all requests is appended (docs/traces.md). Not set: nothing is recorded.",
      reason: "Recording costs time and space, and a trace tells what users do.",
      secret: false,
    }),
    bodies: choice(traceBodies, {
      default: "none",
      meaning:
        "Which bodies stand in the trace, secrets masked: `none`, those of `requests`, or `all`. A replay needs `requests` to send them and `all` to compare answers.",
      reason: "Bodies are the users' documents and queries: whoever wants them in a file must say so.",
    }),
    body_limit_bytes: wholeNumber(
      { unit: "bytes", from: 0, to: 67_108_864 },
      {
        default: 4_194_304,
        meaning:
          "Largest body that stands in the trace; of a larger one only the size is recorded, so that a replay leaves it out.",
        reason: "Making a line of a larger body would hold up other requests.",
      },
    ),
    buffer_bytes: wholeNumber(
      { unit: "bytes", from: 1, to: 4_294_967_296 },
      {
        default: 67_108_864,
        meaning:
          "Memory in which lines of the trace may wait for the disk; what does not fit is dropped and counted in the trace.",
        reason: "A slow disk must neither hold up requests nor fill the memory.",
      },
    ),
    file_limit_bytes: wholeNumber(
      { unit: "bytes", from: 1, to: 1_099_511_627_776 },
      {
        default: 1_073_741_824,
        meaning: "The trace ends when its file would become larger.",
        reason: "A trace that was forgotten must not fill the disk.",
      },
    ),
  }),
  log: Schema.Struct({
    level: choice(["trace", "debug", "info", "warn", "error"], {
      default: "info",
      meaning: "Least serious log record that is written.",
      reason: "Tells what changes in the cluster and nothing of single requests.",
    }),
  }),
})

/** A complete, checked configuration; keys are spelled as in the file. */
export type Config = typeof ConfigSchema.Type
