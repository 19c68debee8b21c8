import { expect, test } from 'vitest'
import { TokenRates } from './token-rates.ts'

const word = { id: 'w', measure: 'word', token: 'good game' } as const
const emote = { id: 'e', measure: 'emote', token: 'Kappa' } as const
const nowMs = 1_000_000

let lastId = 0
function say(message: string, given: Partial<Parameters<TokenRates['add']>[0]> = {}) {
  const plain = { emotes: [], timestamp: nowMs, is_bot: false, source_channel_id: null }
  return { message_id: String(++lastId), message, ...plain, ...given }
}
const kappa = { id: '25', name: 'Kappa', start: 0, end: 5, provider: 'twitch' } as const

function rates() {
  const counted = new TokenRates()
  counted.watch([word, emote])
  return counted
}

test('counts messages with whole words in any case, once each', () => {
  const counted = rates()
  for (const text of [
    'Good game!',
    'good GAME good game',
    'goods game',
    'good games',
    'game good',
    'so, good-game',
  ])
    counted.add(say(text), nowMs)
  expect(counted.perMinute('w', nowMs)).toBe(3)
})

test('counts messages with an emote by its exact name', () => {
  const counted = rates()
  counted.add(say('Kappa Kappa', { emotes: [kappa, kappa] }), nowMs)
  counted.add(say('Kappa'), nowMs)
  counted.add(say('kappa', { emotes: [{ ...kappa, name: 'kappa' }] }), nowMs)
  expect(counted.perMinute('e', nowMs)).toBe(1)
})

test('leaves out bots, mirrored messages and what was sent twice', () => {
  const counted = rates()
  counted.add(say('good game', { is_bot: true }), nowMs)
  counted.add(say('good game', { source_channel_id: '5' }), nowMs)
  const twice = say('good game')
  counted.add(twice, nowMs)
  counted.add(twice, nowMs)
  expect(counted.perMinute('w', nowMs)).toBe(1)
})

test('looks at the last minute only', () => {
  const counted = rates()
  counted.add(say('good game', { timestamp: nowMs - 60_000 }), nowMs)
  counted.add(say('good game', { timestamp: nowMs - 59_000 }), nowMs)
  counted.add(say('good game', { timestamp: nowMs - 1000 }), nowMs)
  expect(counted.perMinute('w', nowMs)).toBe(2)
  expect(counted.perMinute('w', nowMs + 30_000)).toBe(1)
  expect(counted.perMinute('w', nowMs + 60_000)).toBe(0)
})

test('forgets the counts of a rule that is gone', () => {
  const counted = rates()
  counted.add(say('good game'), nowMs)
  counted.watch([emote])
  counted.watch([word, emote])
  expect(counted.perMinute('w', nowMs)).toBe(0)
})
