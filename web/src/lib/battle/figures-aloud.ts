import type { Formats } from '../i18n/formats.ts'
import type { Translated } from '../i18n/messages.ts'
import type { aloudMessages } from './aloud-messages.ts'
import type { Standing } from './standings.ts'

type Text = Translated<(typeof aloudMessages)['en']>

/** Every chat's figures, first to last, in sentences to be read aloud. */
export function figuresSentence(standings: readonly Standing[], text: Text, formats: Formats): string {
  const [only] = standings
  if (only === undefined) return ''
  return standings
    .map(({ login, rank, pace, messages, chatters }) => {
      if (pace === null) return text.unknown(login)
      const figures = text.figures(formats.count(pace), formats.count(messages), formats.count(chatters))
      const place = standings.length > 1 && rank !== null ? text.place(String(rank)) : ''
      return `${place}${login}: ${figures}`
    })
    .join(' ')
}
