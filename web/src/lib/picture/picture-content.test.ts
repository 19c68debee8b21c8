import { expect, test } from 'vitest'
import { contentOf, pictureLanguage, type PicturedBattle } from './picture-content.ts'

const language = pictureLanguage('en')
const startMs = Date.UTC(2026, 10, 26, 14)
const battle: PicturedBattle = {
  scale: 'messages',
  entrants: [
    { login: 'chessgarden', pace: 1200, messages: 300, chatters: 10, viewers: null },
    { login: 'nightowls', pace: 2400, messages: 100, chatters: 10, viewers: 50 },
  ],
  stretch: {
    startMs,
    stepMs: 60_000,
    isOpen: true,
    contenders: [
      { login: 'chessgarden', values: [3, 3, null] },
      { login: 'nightowls', values: [1, 5, 5] },
    ],
  },
}

test('has the verdict, the time, and the standings with their shares', () => {
  expect(contentOf(battle, language)).toEqual({
    headline: 'chessgarden and nightowls led 1 of the last 3 minutes each.',
    note: '1 minute is not judged, because of gaps.',
    caption: '26 Nov, 14:00 – 14:03 UTC',
    unit: 'per minute',
    rows: [
      { login: 'nightowls', place: 1, share: 0.25, shareText: '25%', pace: '2,400' },
      { login: 'chessgarden', place: 0, share: 0.75, shareText: '75%', pace: '1,200' },
    ],
    curves: [
      [3, 3, null],
      [1, 5, 5],
    ],
  })
})

test('shows no figure on a scale that is not known', () => {
  const { rows, unit } = contentOf({ ...battle, scale: 'per_viewer' }, language)
  expect(unit).toBe('per minute and 1,000 viewers')
  expect(rows.map(({ login, pace }) => [login, pace])).toEqual([
    ['nightowls', '48,000'],
    ['chessgarden', '–'],
  ])
})

test('speaks of a single chat, and of none', () => {
  const alone = { ...battle, entrants: battle.entrants.slice(0, 1) }
  expect(contentOf(alone, language)).toMatchObject({
    headline: 'chessgarden: 300 messages in 10 minutes',
    rows: [{ shareText: '' }],
  })
  const [first] = battle.entrants
  const unknown = first === undefined ? [] : [{ ...first, pace: null }]
  expect(contentOf({ ...alone, entrants: unknown }, language)).toMatchObject({
    headline: 'chessgarden is not watched yet',
    rows: [{ pace: '–' }],
  })
  const fixed = { ...alone, stretch: { ...alone.stretch, isOpen: false } }
  expect(contentOf(fixed, language).headline).toBe('chessgarden: 300 messages')
  const none = contentOf(
    { ...battle, entrants: [], stretch: { ...battle.stretch, contenders: [] } },
    language,
  )
  expect(none).toMatchObject({ headline: 'Whose chat is louder?', caption: '', rows: [], curves: [] })
})

test('says on a picture that its chat is simulated', () => {
  expect(contentOf(battle, language, true).caption).toBe('Simulated chat · 26 Nov, 14:00 – 14:03 UTC')
})
