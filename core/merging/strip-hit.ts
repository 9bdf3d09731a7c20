import { type Member, readMembers, type Slice } from "#core/protocol/json-slices.ts"
import { dropFields, isDisplayed, restrictMember } from "./displayed-attributes.ts"
import { isHiddenField, type Rewrite, rewriteMembers, withValue } from "./rewrite-members.ts"
import { stripDetails, type TypoCounts } from "./strip-details.ts"

/** A hit inside the text of a node's answer. */
export interface Hit extends Slice {
  readonly text: string
  readonly members: ReadonlyArray<Member>
}

/** What of a hit the client may see. */
export interface HitView {
  readonly showRankingScore: boolean
  readonly showRankingScoreDetails: boolean
  /** Fields that only we asked for. */
  readonly hideFields: ReadonlyArray<string>
  /** The same inside `_formatted`: a field that the client has highlighted is shown there although it was not asked for. */
  readonly hideFormatted: ReadonlyArray<string>
  /** Null: all. */
  readonly displayedAttributes: ReadonlyArray<string> | null
  readonly typoCounts: TypoCounts
}

export const readHit = (text: string, slice: Slice): Hit => ({
  text,
  ...slice,
  members: readMembers(text, slice.start),
})

/** The client's text of a hit; the node's own text where nothing is to be taken away. */
export const stripHit = (hit: Hit, view: HitView): string =>
  rewriteMembers(hit.text, hit, hit.members, (member) => {
    switch (member.key) {
      case "_rankingScore":
        return view.showRankingScore
      case "_rankingScoreDetails":
        return view.showRankingScoreDetails && showDetails(hit.text, member, view)
      case "_formatted":
        return stripFormatted(hit.text, member, view)
      case "_matchesPosition":
        return withMembers(hit.text, member, (match) => isMatchShown(match.key, view))
      case "_vectors":
        return areVectorsShown(view)
      case "_geoDistance":
      case "_federation":
        return true
      default:
        return stripField(hit.text, member, view)
    }
  })

/**
 * Nodes send vectors only where they were asked for. The engine then shows them whatever is displayed, and hides them
 * where `_vectors` itself is listed (measured on v1.21.0).
 */
const areVectorsShown = ({ displayedAttributes }: HitView): boolean =>
  displayedAttributes?.includes("_vectors") !== true

const showDetails = (text: string, member: Member, view: HitView): Rewrite =>
  withValue(text, member, stripDetails(text, member, view.displayedAttributes, view.typoCounts))

/** The engine leaves `_formatted` out when it is empty. */
const stripFormatted = (text: string, member: Member, view: HitView): Rewrite => {
  const inside = { ...view, hideFields: view.hideFormatted }
  const formatted = withMembers(text, member, (field) => stripField(text, field, inside))
  return typeof formatted === "string" && formatted.endsWith(":{}") ? false : formatted
}

/** A match is shown in a displayed attribute, also in one that was not asked for. */
const isMatchShown = (field: string, view: HitView): boolean =>
  !isHiddenField(field) && (view.displayedAttributes === null || isDisplayed(field, view.displayedAttributes))

const stripField = (text: string, member: Member, view: HitView): Rewrite => {
  if (isHiddenField(member.key)) return false
  if (view.displayedAttributes === null) return dropFields(text, member, view.hideFields)
  const displayed = restrictMember(text, member, view.displayedAttributes)
  if (displayed === true) return dropFields(text, member, view.hideFields)
  if (displayed === false || view.hideFields.length === 0) return displayed
  const dropped = rewriteObject(`{${displayed}}`, (rest, field) => dropFields(rest, field, view.hideFields))
  return dropped === "{}" ? false : dropped.slice(1, -1)
}

const rewriteObject = (text: string, rewrite: (text: string, member: Member) => Rewrite): string =>
  rewriteMembers(text, { start: 0, end: text.length }, readMembers(text), (member) => rewrite(text, member))

/** Members are only dropped or made shorter, so a value of the old length is the old value. */
const withMembers = (text: string, member: Member, rewrite: (member: Member) => Rewrite): Rewrite => {
  const object = { start: member.valueStart, end: member.valueEnd }
  const value = rewriteMembers(text, object, readMembers(text, member.valueStart), rewrite)
  return value.length === object.end - object.start || withValue(text, member, value)
}
