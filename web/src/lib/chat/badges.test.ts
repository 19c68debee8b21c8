import { expect, test } from 'vitest'
import { badgesOf } from './badges.ts'
import { message } from './chat.fixture.ts'

test('names who somebody is in the channel, the most important first', () => {
  const badges = { subscriber: '12', moderator: '1', 'glhf-pledge': '1' }
  expect(badgesOf(message({ badges, is_subscriber: true }))).toEqual(['moderator', 'subscriber'])
})

test('names bots by the badge and by what the record says, and people who are new', () => {
  expect(badgesOf(message({ badges: { 'bot-badge': '1' } }))).toEqual(['bot'])
  expect(badgesOf(message({ is_bot: true, is_first: true }))).toEqual(['bot', 'first'])
})

test('names founders as such only', () => {
  expect(badgesOf(message({ badges: { founder: '0' }, is_subscriber: true }))).toEqual(['founder'])
})
