import { expect, test } from 'vitest'
import { knownBots } from '@chat-battle/contracts/known-bots'
import { listBots } from './bot-list.ts'
import { setFixture } from './emote-sets.fixture.ts'

const heads = [
  setFixture([], { provider: 'bttv', bot_logins: ['timerbot'] })[1],
  setFixture([], { provider: 'ffz', channel_id: '8', bot_user_ids: ['900'] })[1],
]
const loginOf = (id: string) => (id === '7' ? 'arena' : undefined)

function list(given: { logins?: string[]; channelId?: string } = {}) {
  return [...listBots({ logins: given.logins ?? [], heads, channelId: given.channelId, loginOf })]
}

test('names the source of each bot, and the channel that says so', () => {
  const everywhere = { user_id: null, channel_id: null, channel_login: null }
  const bots = list({ logins: ['ourbot'] })
  expect(bots).toHaveLength(knownBots.size + 3)
  expect(bots).toEqual(
    expect.arrayContaining([
      { login: 'ourbot', source: 'setting', ...everywhere },
      { login: 'nightbot', source: 'built_in', ...everywhere },
      { login: 'timerbot', user_id: null, source: 'bttv', channel_id: '7', channel_login: 'arena' },
      { login: null, user_id: '900', source: 'ffz', channel_id: '8', channel_login: null },
    ]),
  )
})

test('lists the bots of one channel and those of every channel', () => {
  const sourcesOf = (channelId: string) => new Set(list({ channelId }).map(({ source }) => source))
  expect(sourcesOf('7')).toEqual(new Set(['built_in', 'bttv']))
  expect(sourcesOf('8')).toEqual(new Set(['built_in', 'ffz']))
  expect(sourcesOf('')).toEqual(new Set(['built_in']))
})
