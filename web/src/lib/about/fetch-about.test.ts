import { expect, test } from 'vitest'
import { botCountsOf } from './fetch-about.ts'

test('counts the bots by the source that names them', () => {
  const bot = { login: 'a', user_id: null, channel_id: null, channel_login: null }
  const sources = ['built_in', 'built_in', 'ffz'] as const
  expect(botCountsOf({ bots: sources.map((source) => ({ ...bot, source })), cut: true })).toEqual({
    bySource: { built_in: 2, setting: 0, bttv: 0, ffz: 1 },
    isCut: true,
  })
})
