import { expect, test } from 'vitest'
import { Formats } from '../i18n/formats.ts'
import { standingsOf } from './standings.ts'
import { verdictMessages } from './verdict-messages.ts'
import { describeVerdict, shareableText, type Stretch } from './verdict-text.ts'

const startMs = Date.UTC(2026, 10, 26, 14)
const formatsOf = (locale: 'en' | 'de') => new Formats(locale, () => 'UTC')

function stretch(a: (number | null)[], b: (number | null)[], given: Partial<Stretch> = {}): Stretch {
  const contenders = [
    { login: 'chessgarden', values: a },
    { login: 'nightowls', values: b },
  ]
  return { contenders, startMs, stepMs: 60_000, isOpen: true, ...given }
}
const said = (given: Stretch, locale: 'en' | 'de' = 'en') =>
  describeVerdict(given, 'messages', verdictMessages[locale], formatsOf(locale))

const seven = stretch([9, 9, 9, 9, 9, 9, 1, 1, 1, 9], new Array<number>(10).fill(5))

test('says who led how much of the last minutes, and who took the lead last', () => {
  expect(said(seven)).toEqual({
    headline: 'chessgarden led 7 of the last 10 minutes.',
    notes: [],
    lastChange: 'chessgarden took the lead from nightowls at 14:09.',
  })
  expect(said(seven, 'de')).toEqual({
    headline: 'chessgarden führte in 7 der letzten 10 Minuten.',
    notes: [],
    lastChange: 'chessgarden übernahm um 14:09 die Führung von nightowls.',
  })
})

test.each([
  [stretch([2, 2], [1, 1]), 'chessgarden led all of the last 2 minutes.'],
  [stretch([null, 2], [1, 1]), 'chessgarden led the last minute.'],
  [stretch([2, 1], [1, 2]), 'chessgarden and nightowls led 1 of the last 2 minutes each.'],
  [stretch([null], [1]), 'No verdict yet: it needs a whole minute of every chat.'],
  [stretch([0, 0, null], [0, 0, 0]), 'All chats were silent.'],
  [stretch([3, 0], [3, 0]), 'No chat led.'],
  [stretch([2, 1, 4], [1, 2, 1], { isOpen: false, stepMs: 3_600_000 }), 'chessgarden led 2 of 3 hours.'],
  [stretch([2, 2], [1, 1], { isOpen: false }), 'chessgarden led all 2 minutes.'],
  [
    stretch([null], [1], { isOpen: false }),
    'No verdict: there is no stretch in which every chat was covered.',
  ],
] as const)('of %o says %o', (given, headline) => {
  expect(said(given).headline).toBe(headline)
})

test.each([
  [stretch([2, 1], [1, 2]), 'chessgarden und nightowls führten in je 1 der letzten 2 Minuten.'],
  [stretch([2], [1]), 'chessgarden führte in der letzten Minute.'],
  [stretch([2, 2], [1, 1]), 'chessgarden führte in allen 2 letzten Minuten.'],
  [
    stretch([2, 1, 4], [1, 2, 1], { isOpen: false, stepMs: 3_600_000 }),
    'chessgarden führte in 2 von 3 Stunden.',
  ],
] as const)('of %o says in German %o', (given, headline) => {
  expect(said(given, 'de').headline).toBe(headline)
})

test('adds what was level, silent, or not judged', () => {
  const given = stretch([5, 3, 0, null, 5], [1, 3, 0, 1, 9], { isOpen: false })
  expect(said(given).notes).toEqual([
    '1 minute was level.',
    '1 minute was silent.',
    '1 minute is not judged, because of gaps.',
    'The lead changed once.',
  ])
})

test('says that too few chats have figures', () => {
  const alone = { ...seven, contenders: seven.contenders.slice(0, 1) }
  expect(said(alone).headline).toBe('No verdict: fewer than two chats have figures.')
})

test('names the scale that was counted by', () => {
  const { notes } = describeVerdict(seven, 'per_viewer', verdictMessages.en, formatsOf('en'))
  expect(notes).toEqual(['Counted per 1,000 viewers.'])
})

test('is copied with the shares of the messages, their time and a link', () => {
  const crowd = { chatters: 1, viewers: null }
  const standings = standingsOf(
    [
      { login: 'chessgarden', pace: 9, messages: 1500, ...crowd },
      { login: 'nightowls', pace: 5, messages: 500, ...crowd },
    ],
    'messages',
  )
  const range = { from: startMs, to: startMs + 600_000 }
  const shared = {
    verdict: said(seven),
    standings,
    range,
    isSimulated: false,
    link: 'https://x.example/?channels=a,b',
  }
  const copied = (isSimulated: boolean) =>
    shareableText({ ...shared, isSimulated }, verdictMessages.en, formatsOf('en')).split('\n')
  expect(copied(false)).toEqual([
    'chessgarden led 7 of the last 10 minutes.',
    'Messages: chessgarden 1,500 (75%), nightowls 500 (25%).',
    '26 Nov, 14:00 – 14:10 UTC',
    'https://x.example/?channels=a,b',
  ])
  expect(copied(true)[2]).toBe('26 Nov, 14:00 – 14:10 UTC · Simulated chat')
})
