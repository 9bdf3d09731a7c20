// Limits of the connections to the nodes. Both clients use them.

/** Connections to one node at a time; more requests wait for a free one. Meilisearch itself searches with one thread per core. */
export const connectionsPerNodeMax = 64

/** A node that does not accept a connection within this time counts as unreachable, and the request as not sent. */
export const connectTimeoutMs = 3_000

/** Idle connections are given up after this time. Meilisearch closes its side after 5 s without announcing it: we are first. */
export const idleConnectionMs = 4_000

/** An answer that is larger than this is cut off: it could not be held as one text anyway. */
export const answerBytesMax = 256 * 1024 * 1024
