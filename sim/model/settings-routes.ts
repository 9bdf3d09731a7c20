import type { Json } from "#core/prelude/json.ts"
import { inBody } from "./decode.ts"
import { resetEverything } from "./model-settings.ts"
import { accept, existingIndex, indexUid, json, readJson, type RoutedRequest, type Route } from "./route.ts"
import { refuseUnsupported } from "./refusal.ts"
import { decodeSettings, settingFields } from "./settings-fields.ts"

const allSettings: Route = {
  path: "/indexes/*/settings",
  answer: {
    GET: (request) => json(existingIndex(request).settings as unknown as Json),
    PATCH: (request) => {
      const change = decodeSettings(readJson(request))
      return accept(request, indexUid(request), { tag: "changeSettings", change, isReset: false }, change)
    },
    DELETE: (request) => {
      const change = Object.fromEntries(settingFields.map(({ key }) => [key, null]))
      return accept(request, indexUid(request), { tag: "changeSettings", change, isReset: true }, resetEverything)
    },
  },
}

const resetChat = (request: RoutedRequest, isReset: boolean) =>
  accept(request, indexUid(request), { tag: "changeSettings", change: {}, isReset }, { chat: null })

/** Behind a feature that the model does not have: it can only be reset, which changes nothing. */
const chat: Route = {
  path: "/indexes/*/settings/chat",
  answer: {
    GET: (request) => (existingIndex(request), refuseUnsupported("chat settings")),
    PATCH: (request) => (readJson(request) === null ? resetChat(request, false) : refuseUnsupported("chat settings")),
    DELETE: (request) => resetChat(request, true),
  },
}

/** One route for each setting; the body `null` resets it, as DELETE does. */
export const settingsRoutes: ReadonlyArray<Route> = [
  allSettings,
  chat,
  ...settingFields.map(({ key, route, verb, code, decode }): Route => ({
    path: `/indexes/*/settings/${route}`,
    answer: {
      GET: (request) => json((existingIndex(request).settings as unknown as Record<string, Json>)[key] ?? null),
      [verb]: (request) => {
        const change = { [key]: decode(readJson(request), inBody("", code)) }
        return accept(request, indexUid(request), { tag: "changeSettings", change, isReset: false }, change)
      },
      DELETE: (request) =>
        accept(
          request,
          indexUid(request),
          { tag: "changeSettings", change: { [key]: null }, isReset: true },
          { [key]: null },
        ),
    },
  })),
]
