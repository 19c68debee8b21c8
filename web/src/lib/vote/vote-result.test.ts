import { expect, test } from 'vitest'
import { Formats } from '../i18n/formats.ts'
import { voteMessages } from './messages.ts'
import { parseOptions } from './vote-options.ts'
import { resultsOf, resultText, standing } from './vote-result.ts'

const options = parseOptions('1:Chess,2:Go,3')
const formats = new Formats('en', () => 'UTC')
const text = voteMessages.en
const sentence = (counts: readonly number[], isOver = false) =>
  standing(resultsOf(options, counts), isOver, text, formats)

test('shares the votes, and marks those with the most', () => {
  expect(resultsOf(options, [3, 1, 0])).toEqual([
    { token: '1', name: 'Chess', hasLabel: true, count: 3, share: 0.75, isLeading: true },
    { token: '2', name: 'Go', hasLabel: true, count: 1, share: 0.25, isLeading: false },
    { token: '3', name: '3', hasLabel: false, count: 0, share: 0, isLeading: false },
  ])
  expect(resultsOf(options, [0, 0, 0]).some(({ isLeading }) => isLeading)).toBe(false)
})

test('says who leads, who won, and who are level', () => {
  expect(sentence([0, 0, 0])).toBe('No votes yet.')
  expect(sentence([3, 1, 0])).toBe('Chess leads with 75%. 4 people voted.')
  expect(sentence([3, 1, 0], true)).toBe('Chess won with 75%. 4 people voted.')
  expect(sentence([2, 2, 0])).toBe('Chess and Go are level at 50%. 4 people voted.')
  expect(
    standing(resultsOf(options, [1, 0, 0]), false, voteMessages.de, new Formats('de', () => 'UTC')),
  ).toBe('Chess führt mit 100\u00a0%. 1 Person hat abgestimmt.')
})

test('is a text of several lines', () => {
  const vote = { channel: 'arena', title: 'What next?', options, lengthMs: null }
  const stretch = { from: Date.UTC(2026, 10, 26, 14, 5), to: Date.UTC(2026, 10, 26, 14, 7) }
  const result = { counts: [3, 1, 0], isLeast: false }
  expect(resultText({ ...vote, stretch, result }, text, formats)).toBe(
    'What next? (Vote in arena, 26 Nov, 14:05)\n1 Chess: 3 (75%)\n2 Go: 1 (25%)\n3: 0 (0%)\n4 people voted',
  )
  expect(
    resultText({ ...vote, title: '', stretch, result: { ...result, isLeast: true } }, text, formats),
  ).toMatch(/^Vote in arena, 26 Nov, 14:05\n[^]*\n4 people voted\. Counted at least: /)
})
