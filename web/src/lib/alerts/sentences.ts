import type { Formats } from '../i18n/formats.ts'
import type { Translated } from '../i18n/messages.ts'
import type { Alert } from './alerts.svelte.ts'
import type { alertMessages } from './messages.ts'
import type { Rule } from './rule.ts'

type Text = Translated<(typeof alertMessages)['en']>

/** What a rule waits for. */
export function ruleSentence(
  { measure, token, channel, perMinute }: Rule,
  text: Text,
  formats: Formats,
): string {
  const where = channel === '' ? text.everywhere : channel
  const n = formats.count(perMinute)
  switch (measure) {
    case 'messages':
      return text.ruleMessages(n, where)
    case 'word':
      return text.ruleWord(n, token, where)
    case 'emote':
      return text.ruleEmote(n, token, where)
    case 'moment':
      return text.ruleMoment(where)
  }
}

/** How a rule reports. */
export function waysSentence(
  { notifies, sounds, coolDownMinutes }: Rule,
  text: Text,
  formats: Formats,
): string {
  const ways = [text.inPage, ...(notifies ? [text.byNotification] : []), ...(sounds ? [text.bySound] : [])]
  return text.ways(ways.join(', '), formats.count(coolDownMinutes))
}

/** What a rule reported. */
export function alertSentence({ rule, channel, rate, moment }: Alert, text: Text, formats: Formats): string {
  if (rate === null) return text.saidMoment(channel, moment?.leading.text ?? '')
  const n = formats.count(rate)
  return rule.measure === 'messages' ? text.saidMessages(channel, n) : text.saidToken(channel, n, rule.token)
}
