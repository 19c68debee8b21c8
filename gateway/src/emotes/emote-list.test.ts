import { expect, test } from 'vitest'
import { emoteScope } from '@chat-battle/contracts/rest/routes/list-emotes'
import { emoteList, usedEmoteKey, type EmoteListInput, type UsedEmote } from './emote-list.ts'
import { emoteFixture, setFixture } from './emote-sets.fixture.ts'

const all = new Set(emoteScope.options)

function setOf(ids: string[], given: Parameters<typeof setFixture>[1] = {}) {
  const emotes = ids.map((id) => emoteFixture({ id, is_animated: id === 'moves' }))
  return { head: setFixture(emotes, given)[1], emotes }
}

function used(...emotes: (Partial<UsedEmote> & { id: string })[]): EmoteListInput['used'] {
  const whole = emotes.map((each): UsedEmote => ({
    provider: '7tv',
    name: each.id,
    count: 1,
    lastUsed: 600_000,
    ...each,
  }))
  return new Map(whole.map((emote) => [usedEmoteKey(emote), emote]))
}

test('lists every emote of the sets with its use, and used ones of no set', () => {
  const listed = emoteList({
    used: used(
      { id: 'duck', count: 3, lastUsed: 1_200_000 },
      { id: '25', provider: 'twitch', name: 'Kappa' },
    ),
    channelSets: [setOf(['cat', 'duck'])],
    globalSets: [setOf(['moves'], { channel_id: null, provider: 'ffz' })],
    scopes: all,
  })
  const still = { is_zero_width: false, is_animated: false }
  expect(listed).toEqual([
    {
      ...still,
      provider: '7tv',
      id: 'duck',
      name: 'duck',
      scope: 'channel',
      url: '/emotes/7tv/duck/1x',
      count: 3,
      last_used: 1_200_000,
    },
    {
      ...still,
      provider: '7tv',
      id: 'cat',
      name: 'cat',
      scope: 'channel',
      url: '/emotes/7tv/cat/1x',
      count: 0,
      last_used: null,
    },
    {
      ...still,
      is_animated: true,
      provider: 'ffz',
      id: 'moves',
      name: 'moves',
      scope: 'global',
      url: '/emotes/ffz/moves/1x',
      count: 0,
      last_used: null,
    },
    {
      ...still,
      provider: 'twitch',
      id: '25',
      name: 'Kappa',
      scope: 'seen',
      url: '/emotes/twitch/25/1x',
      count: 1,
      last_used: 600_000,
    },
  ])
})

test('lists an emote of both sets once, as one of the channel', () => {
  const sets = { channelSets: [setOf(['duck'])], globalSets: [setOf(['duck'], { channel_id: null })] }
  expect(emoteList({ used: used(), ...sets, scopes: all }).map(({ scope }) => scope)).toEqual(['channel'])
})

test('keeps emotes of two providers with the same id apart', () => {
  const channelSets = [setOf(['1']), setOf(['1'], { provider: 'ffz' })]
  const listed = emoteList({
    used: used({ id: '1', provider: 'ffz', count: 2 }),
    channelSets,
    globalSets: [],
    scopes: all,
  })
  expect(listed.map(({ provider, count }) => [provider, count])).toEqual([
    ['ffz', 2],
    ['7tv', 0],
  ])
})

test('lists only the scopes that are wanted', () => {
  const input = { used: used({ id: 'gone' }), channelSets: [setOf(['a'])], globalSets: [setOf(['b'])] }
  const ids = (...scopes: ('channel' | 'global' | 'seen')[]) =>
    emoteList({ ...input, scopes: new Set(scopes) }).map(({ id }) => id)
  expect(ids('channel')).toEqual(['a'])
  expect(ids('global', 'seen')).toEqual(['b', 'gone'])
})
