import type { ErrorKind, RequestError } from '@chat-battle/contracts/rest/errors'
import type { Locale } from '../i18n/messages.ts'
import { usePreferences } from '../preferences/preferences.svelte.ts'

export type RefusalText = (refusal: RequestError) => string

/** Refusals that a visitor can meet. The server writes in English, with the values. */
const german: Partial<Readonly<Record<ErrorKind, string>>> = {
  malformed_channel: 'So kann kein Kanal heißen',
  malformed_request: 'die Anfrage ist nicht zu verstehen',
  range_not_served: 'diese Zeit ist nicht aufbewahrt',
  webhook_refused: 'diese Adresse nimmt keine Webhooks an',
  unauthorized: 'das ist für den Betrieb',
  origin_not_allowed: 'von dieser Adresse aus ist das nicht erlaubt',
  channel_not_monitored: 'dieser Kanal hat noch keine Zahlen',
  channel_not_found: 'diesen Kanal gibt es nicht',
  channel_suspended: 'Twitch hat diesen Kanal gesperrt',
  channel_banned: 'Twitch lässt das Konto dieses Servers nicht in diesen Kanal',
  channel_limit_reached: 'der Server ist in so vielen Kanälen, wie Twitch erlaubt',
  webhook_not_found: 'diesen Webhook gibt es nicht mehr',
  too_many_channels: 'zu viele Kanäle auf einmal',
  too_many_connections: 'zu viele Verbindungen aus deinem Netz',
  too_many_webhooks: 'mehr Webhooks nimmt dieser Server nicht an',
  rate_limited: 'zu viele Anfragen auf einmal',
  internal: 'auf dem Server ging etwas schief',
  not_ready: 'der Server antwortet noch nicht',
  archive_unavailable: 'das Archiv antwortet nicht',
}

/** Why the server refuses something, in the visitor's language where its kind is known there. */
export function refusalText({ kind, message }: RequestError, locale: Locale): string {
  return (locale === 'de' ? german[kind] : undefined) ?? message
}

/** To be called while a component is created. */
export function useRefusalText(): RefusalText {
  const { locale } = usePreferences()
  return (refusal) => refusalText(refusal, locale)
}
