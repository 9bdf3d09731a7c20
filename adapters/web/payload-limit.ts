import type { ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"

/** What a body that is too large is answered, in Meilisearch's words. */
export const payloadTooLarge = (limitBytes: number): ApiResponse =>
  errorResponse(
    errorBody(
      "payload_too_large",
      `The provided payload reached the size limit. The maximum accepted payload size is ${printBytes(limitBytes)}.`,
    ),
  )

/**
 * A number of bytes as Meilisearch prints its limit, without rounding: binary units when it is a multiple of 1024, else decimal ones.
 * `100000000` is `100 MB`, `2048` is `2 KiB`, `1234567` is `1.234567 MB` (read off v1.21).
 */
export const printBytes = (bytes: number): string => {
  const base = bytes % 1024 === 0 ? 1024 : 1000
  const units = base === 1024 ? ["B", "KiB", "MiB", "GiB", "TiB"] : ["B", "KB", "MB", "GB", "TB"]
  let unit = 0
  while (bytes >= base ** (unit + 1) && unit < units.length - 1) unit += 1
  return `${bytes / base ** unit} ${units[unit]}`
}

/**
 * Bytes that may be read of a compressed body whose decompressed size is limited: incompressible data grows by
 * some thousandths and a header when it is compressed. A body that needs more is over the limit in any case.
 */
export const compressedBytesMax = (limitBytes: number): number => Math.ceil(limitBytes * 1.01) + 1024
