import { reservedPrefix } from "#core/protocol/hidden-fields.ts"
import type { Member, Slice } from "#core/protocol/json-slices.ts"

/** True keeps a member, false drops it, a text such as `"key":value` takes its place. */
export type Rewrite = boolean | string

/** Whether a field is one of ours, which no client may see. */
export const isHiddenField = (field: string): boolean => field.startsWith(reservedPrefix)

/**
 * Text of an object with some of its members dropped or replaced; everything else is copied as it stands. Where nothing
 * changes, the text of the object comes back.
 */
export const rewriteMembers = (
  text: string,
  object: Slice,
  members: ReadonlyArray<Member>,
  rewrite: (member: Member) => Rewrite,
): string => {
  const pieces: Array<string> = []
  // Kept members that follow each other leave as one piece.
  let runStart = -1
  let runEnd = -1
  let changed = false
  for (const member of members) {
    const answer = rewrite(member)
    if (answer === true) {
      if (runStart === -1) runStart = member.keyStart
      runEnd = member.valueEnd
      continue
    }
    changed = true
    if (runStart !== -1) pieces.push(text.slice(runStart, runEnd))
    runStart = -1
    if (answer !== false) pieces.push(answer)
  }
  if (!changed) return text.slice(object.start, object.end)
  if (runStart !== -1) pieces.push(text.slice(runStart, runEnd))
  return `{${pieces.join(",")}}`
}

/** The member with another value. */
export const withValue = (text: string, member: Member, value: string): string =>
  text.slice(member.keyStart, member.valueStart) + value
