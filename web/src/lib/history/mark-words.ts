import type { Formats } from '../i18n/formats.ts'
import type { Translated } from '../i18n/messages.ts'
import type { MarkWords } from './history-marks.ts'
import type { historyMessages } from './messages.ts'

/** The labels of marks in a language. */
export function markWords(
  text: Translated<(typeof historyMessages)['en']>,
  formats: Pick<Formats, 'count'>,
): MarkWords {
  const kinds: Readonly<Record<string, string>> = {
    announcement: text.announcement,
    title: text.title,
    category: text.category,
    stream_started: text.stream_started,
    stream_ended: text.stream_ended,
  }
  return {
    moment: (leading) => (leading === null ? text.mark : text.momentOf(leading)),
    subs: text.subs,
    gifts: text.gifts,
    raid: (viewers) => (viewers === null ? text.raid : text.raidOf(formats.count(viewers))),
    kind: (kind) => kinds[kind] ?? kind,
  }
}
