import { type Member, readMembers } from "#core/protocol/json-slices.ts"
import { dropFields } from "./displayed-attributes.ts"
import { isHiddenField, rewriteMembers } from "./rewrite-members.ts"

/** A document as clients see it: without our members and without `hideFields`, which only we asked for. */
export const stripDocument = (text: string, hideFields: ReadonlyArray<string> = []): string =>
  stripDocumentMembers(text, { start: 0, end: text.length }, readMembers(text), hideFields)

/** The same for a document that lies inside a larger text. */
export const stripDocumentMembers = (
  text: string,
  document: { readonly start: number; readonly end: number },
  members: ReadonlyArray<Member>,
  hideFields: ReadonlyArray<string>,
): string =>
  rewriteMembers(text, document, members, (member) =>
    isHiddenField(member.key) ? false : dropFields(text, member, hideFields),
  )
