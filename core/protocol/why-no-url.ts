import { trimOuter } from "#core/prelude/trim-outer.ts"

/**
 * Why a text is no absolute URL, in the words of Rust's `url` crate, which the engine repeats; null for a URL. It knows what people mistype:
 * no scheme, no host, a wrong port or IPv6 address, characters that no host has.
 */
export const whyNoUrl = (text: string): string | null => {
  const trimmed = trimOuter(text, /[\p{Cc} ]/u).replaceAll(/[\t\n\r]/g, "")
  const [, scheme = "", rest = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(trimmed) ?? []
  if (scheme === "") return "relative URL without a base"
  if (!schemesWithHost.has(scheme.toLowerCase())) return null
  const authority = rest.replace(/^[/\\]*/, "").split(/[/\\?#]/)[0] ?? ""
  const hostAndPort = authority.slice(authority.lastIndexOf("@") + 1)
  const bracketEnd = hostAndPort.startsWith("[") ? hostAndPort.indexOf("]") : -1
  if (hostAndPort.startsWith("[") && !isIpV6(hostAndPort.slice(1, bracketEnd), bracketEnd))
    return "invalid IPv6 address"
  const colon = hostAndPort.indexOf(":", bracketEnd + 1)
  const host = colon === -1 ? hostAndPort : hostAndPort.slice(0, colon)
  const port = colon === -1 ? "" : hostAndPort.slice(colon + 1)
  if (host === "") return "empty host"
  if (bracketEnd === -1 && /[\p{Cc} <>[\]^|%]/u.test(decodePercent(host))) return "invalid international domain name"
  return /^\d*$/.test(port) && Number(port) <= portMax ? null : "invalid port number"
}

const schemesWithHost: ReadonlySet<string> = new Set(["http", "https", "ws", "wss", "ftp"])
const portMax = 65_535

const isIpV6 = (address: string, bracketEnd: number): boolean =>
  bracketEnd > 1 && /^[0-9A-Fa-f:.]+$/.test(address) && address.includes(":") && !/:::|::.*::/.test(address)

const decodePercent = (host: string): string => {
  try {
    return decodeURIComponent(host)
  } catch {
    return host
  }
}
