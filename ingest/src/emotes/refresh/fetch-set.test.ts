import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setProviders, type SetProvider } from '@chat-battle/contracts/records/emote-set'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { fetchSet, SetFetchFailed } from './fetch-set.ts'
import type { SetId } from './refresh-schedule.ts'

let twitch: TwitchServer
const settings = { '7tv': 'SEVENTV_API_URL', bttv: 'BTTV_API_URL', ffz: 'FFZ_API_URL' } as const

beforeAll(async () => {
  twitch = await startTwitch()
  for (const provider of setProviders) {
    twitch.emotes.sets[provider].set('7', [{ id: '1', name: 'own' }])
    twitch.emotes.sets[provider].set('global', [{ id: '2', name: 'all' }])
  }
  twitch.emotes.bttvBots.set('7', ['timerbot'])
  twitch.emotes.ffzBotIds.set('7', [66])
})
afterAll(() => twitch[Symbol.asyncDispose]())

function read(provider: SetProvider, set: SetId, withinMs?: number) {
  const baseUrl = twitch.emoteSettings[settings[provider]] ?? ''
  return fetchSet(provider, set, { baseUrl, signal: new AbortController().signal, withinMs })
}

async function failure(provider: SetProvider, set: SetId, withinMs?: number) {
  const error = await read(provider, set, withinMs).catch((error: unknown) => error)
  if (error instanceof SetFetchFailed) return error
  throw new Error('it did not fail')
}

describe.each(setProviders)('%s', (provider) => {
  test('gives the set of a channel and that of all', async () => {
    expect(await read(provider, '7')).toMatchObject({ emotes: [{ id: '1', name: 'own' }], skipped: 0 })
    expect(await read(provider, null)).toMatchObject({ emotes: [{ id: '2', name: 'all' }], skipped: 0 })
  })

  test('gives nothing for a channel without an account', async () => {
    expect(await read(provider, '8')).toBeUndefined()
  })

  test.each([
    ['401', 'refused'],
    ['500', 'server_error'],
    ['429', 'rate_limited'],
    ['offline', 'no_answer'],
    ['garbage', 'invalid'],
    ['redirect', 'refused'],
  ] as const)('fails for an answer that is %s', async (mode, result) => {
    twitch.emotes.setMode(`${provider}-api`, mode)
    try {
      expect(await failure(provider, '7')).toMatchObject({
        result,
        pauseMs: mode === '429' ? 1000 : undefined,
      })
      expect(await failure(provider, null)).toMatchObject({ result })
    } finally {
      twitch.emotes.setMode(`${provider}-api`, 'ok')
    }
  })

  test.each(['hanging', 'stalling'] as const)('gives up an answer that is %s', async (mode) => {
    twitch.emotes.setMode(`${provider}-api`, mode)
    try {
      expect(await failure(provider, '7', 100)).toMatchObject({
        result: 'no_answer',
        message: 'TimeoutError',
      })
    } finally {
      twitch.emotes.setMode(`${provider}-api`, 'ok')
    }
  })

  test('takes 404 for a failure where the set certainly exists', async () => {
    twitch.emotes.setMode(`${provider}-api`, '404')
    try {
      expect(await failure(provider, null)).toMatchObject({ result: 'refused' })
      expect(await read(provider, '7')).toBeUndefined()
    } finally {
      twitch.emotes.setMode(`${provider}-api`, 'ok')
    }
  })
})

test('cuts an endless answer at 5 MB', async () => {
  twitch.emotes.setMode('ffz-api', 'huge')
  try {
    const { message } = await failure('ffz', '7')
    expect(message).toBe('the answer has more than 5242880 bytes')
  } finally {
    twitch.emotes.setMode('ffz-api', 'ok')
  }
})

test('reads both shapes of an account of 7TV', async () => {
  twitch.emotes.sevenTvShape = 'old'
  expect(await read('7tv', '7')).toMatchObject({ emotes: [{ name: 'own' }] })
  twitch.emotes.sevenTvShape = 'new'
  expect(await read('7tv', '7')).toMatchObject({ emotes: [{ name: 'own' }] })
})

test('gives the bots that a channel named', async () => {
  expect(await read('bttv', '7')).toMatchObject({ bot_logins: ['timerbot'] })
  expect(await read('ffz', '7')).toMatchObject({ bot_user_ids: ['66'] })
})
