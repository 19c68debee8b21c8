import { describe, expect, test } from 'vitest'
import { maxBotsOfSet, maxEmotesOfSet } from '@chat-battle/contracts/records/emote-set'
import { InvalidAnswer, type ProviderSet } from './answer.ts'
import { readBttvChannel, readBttvGlobal } from './bttv.ts'
import { readFfzChannel, readFfzGlobal } from './ffz.ts'
import { readSevenTvAccount, readSevenTvSet } from './seventv.ts'

const names = ({ emotes }: ProviderSet) => emotes.map(({ name }) => name)

function sevenTvEmote(name: unknown, change: { flags?: number; data?: object } = {}) {
  const files = ['1x', '2x'].flatMap((scale) => [
    { name: `${scale}.avif`, static_name: `${scale}_static.avif`, format: 'AVIF' },
    { name: `${scale}.webp`, static_name: `${scale}_static.webp`, format: 'WEBP' },
  ])
  const host = { url: '//cdn.7tv.app/emote/01HDUCK', files }
  return {
    id: '01HDUCK',
    name,
    flags: change.flags ?? 0,
    data: { id: '01HDUCK', name: 'ItsOwnName', flags: 0, listed: true, animated: true, host, ...change.data },
  }
}

describe('7TV', () => {
  test("takes the channel's name, the active flag and the files of an emote", () => {
    expect(readSevenTvSet({ emotes: [sevenTvEmote('WaveDuck', { flags: 1 })] }).emotes).toEqual([
      {
        id: '01HDUCK',
        name: 'WaveDuck',
        is_zero_width: true,
        is_animated: true,
        folder: 'emote/01HDUCK',
        files: { 1: '1x.webp', 2: '2x.webp' },
        still_files: { 1: '1x_static.webp', 2: '2x_static.webp' },
      },
    ])
  })

  test('counts an emote as zero-width by its flag in the set only', () => {
    const [emote] = readSevenTvSet({ emotes: [sevenTvEmote('Snow', { data: { flags: 256 } })] }).emotes
    expect(emote?.is_zero_width).toBe(false)
  })

  test('leaves out what chat clients do not show', () => {
    const emotes = [
      sevenTvEmote('a', { data: { listed: false } }),
      sevenTvEmote('b', { data: { flags: 1 << 24 } }),
      sevenTvEmote('c'),
    ]
    expect(readSevenTvSet({ emotes })).toMatchObject({ emotes: [{ name: 'c' }], skipped: 0 })
  })

  test('has an empty set without its list', () => {
    expect(readSevenTvSet({ id: 'global' }).emotes).toEqual([])
  })

  test('reads an account with its set, and one with the id of its set', () => {
    const embedded = { id: '01HSET', emote_count: 1, emotes: [sevenTvEmote('WaveDuck')] }
    expect(readSevenTvAccount({ emote_set: embedded, emote_set_id: '01HSET' })).toMatchObject({
      set: { emotes: [{ name: 'WaveDuck' }] },
    })
    expect(readSevenTvAccount({ emote_set: null, emote_set_id: '01HSET' })).toEqual({ setId: '01HSET' })
    expect(readSevenTvAccount({ emote_set: { id: '01HSET', emote_count: 3 } })).toEqual({ setId: '01HSET' })
    expect(readSevenTvAccount({ emote_set: { id: '01HSET', emote_count: 0 } })).toMatchObject({
      set: { emotes: [] },
    })
    expect(readSevenTvAccount({ emote_set: null, emote_set_id: null })).toBeUndefined()
    expect(
      readSevenTvAccount({ emote_set_id: '../users', user: { emote_sets: [{ id: '01HOLD' }] } }),
    ).toBeUndefined()
  })

  test('leaves out a file outside its folder, and skips an emote with a folder outside the CDN', () => {
    const host = { url: '//cdn.7tv.app/../../etc', files: [{ name: '1x.webp', format: 'WEBP' }] }
    const files = { url: '//cdn.7tv.app/emote/01HDUCK', files: [{ name: '../1x.webp', format: 'WEBP' }] }
    const read = readSevenTvSet({
      emotes: [sevenTvEmote('a', { data: { host: files } }), sevenTvEmote('b', { data: { host } })],
    })
    expect(read).toMatchObject({ emotes: [{ name: 'a', files: {} }], skipped: 1 })
  })
})

const bttvEmote = (code: unknown, more: object = {}) => ({
  id: '5f00a1',
  code,
  imageType: 'png',
  animated: false,
  ...more,
})

test('a set has a bounded number of emotes', () => {
  const channelEmotes = Array.from({ length: maxEmotesOfSet + 1 }, (_, index) => ({
    id: 'x',
    code: `e${index}`,
  }))
  const { emotes, skipped } = readBttvChannel({ channelEmotes, sharedEmotes: [] })
  expect([emotes.length, skipped]).toEqual([maxEmotesOfSet, 1])
}, 30_000)

describe('BetterTTV', () => {
  test('reads an emote with its pictures', () => {
    expect(readBttvGlobal([bttvEmote('catTest', { animated: true })]).emotes).toEqual([
      {
        id: '5f00a1',
        name: 'catTest',
        is_zero_width: false,
        is_animated: true,
        folder: 'emote/5f00a1',
        files: { 1: '1x.webp', 2: '2x.webp', 3: '3x.webp' },
        still_files: { 1: 'static/1x.webp', 2: 'static/2x.webp', 3: 'static/3x.webp' },
      },
    ])
  })

  test('knows its zero-width emotes by name, the global ones only', () => {
    expect(readBttvGlobal([bttvEmote('cvHazmat')]).emotes[0]?.is_zero_width).toBe(true)
    const channel = readBttvChannel({ channelEmotes: [bttvEmote('cvHazmat')], sharedEmotes: [] })
    expect(channel.emotes[0]?.is_zero_width).toBe(false)
  })

  test('lists modifiers apart', () => {
    const read = readBttvGlobal([bttvEmote('w!', { modifier: true }), bttvEmote('a')])
    expect([read.modifiers, names(read)]).toEqual([['w!'], ['a']])
  })

  test('takes a shared emote before an own one of the same name, and the bots of a channel', () => {
    const answer = {
      bots: ['TimerBot', 'not a login', 7],
      channelEmotes: [bttvEmote('a'), bttvEmote('b', { id: 'own' })],
      sharedEmotes: [bttvEmote('b', { id: 'shared' })],
    }
    const read = readBttvChannel(answer)
    expect(read.emotes.map(({ id, name }) => `${name} ${id}`)).toEqual(['a 5f00a1', 'b shared'])
    expect(read.bot_logins).toEqual(['timerbot', '7'])
  })

  test('takes a bounded number of bots', () => {
    const bots = Array.from({ length: maxBotsOfSet + 9 }, (_, index) => `bot${index}`)
    expect(readBttvChannel({ bots, channelEmotes: [], sharedEmotes: [] }).bot_logins).toHaveLength(
      maxBotsOfSet,
    )
  })
})

const ffzEmote = (name: unknown, more: object = {}) => ({
  id: 9001,
  name,
  modifier: false,
  urls: { 1: 'https://cdn.frankerfacez.com/emote/9001/1', 2: '//cdn.frankerfacez.com/emote/9001/2' },
  animated: null,
  ...more,
})

describe('FrankerFaceZ', () => {
  test('reads an emote with its pictures', () => {
    const animated = {
      1: '//cdn.frankerfacez.com/emote/9001/animated/1.webp',
      4: 'https://elsewhere.example/x',
    }
    const sets = { 3: { emoticons: [ffzEmote('a'), ffzEmote('b', { animated })] } }
    const still = { id: '9001', name: 'a', is_zero_width: false, is_animated: false, folder: 'emote/9001' }
    expect(readFfzGlobal({ default_sets: [3], sets }).emotes).toEqual([
      { ...still, files: { 1: '1', 2: '2' }, still_files: {} },
      {
        ...still,
        name: 'b',
        is_animated: true,
        files: { 1: 'animated/1.webp' },
        still_files: { 1: '1', 2: '2' },
      },
    ])
  })

  test('takes only the sets that are for every channel', () => {
    const sets = { 3: { emoticons: [ffzEmote('a')] }, 4330: { emoticons: [ffzEmote('some')] } }
    expect(names(readFfzGlobal({ default_sets: [3], sets }))).toEqual(['a'])
  })

  test("takes the room's set, its modifiers apart, and its bots", () => {
    const sets = {
      77: { emoticons: [ffzEmote('a'), ffzEmote('ffzX', { modifier: true })] },
      78: { emoticons: [ffzEmote('other')] },
    }
    const read = readFfzChannel({ room: { set: 77, user_badge_ids: { 2: [66, 'x'], 1: [5] } }, sets })
    expect(read).toMatchObject({ emotes: [{ name: 'a' }], modifiers: ['ffzX'], bot_user_ids: ['66'] })
  })

  test('refuses an answer without the set that it names', () => {
    expect(() => readFfzChannel({ room: { set: 77 }, sets: {} })).toThrow('set 77 is missing')
    expect(() => readFfzGlobal({ default_sets: ['toString'], sets: {} })).toThrow('set toString is missing')
  })
})

describe('each provider', () => {
  const readers: [string, (answer: unknown) => unknown][] = [
    ['an account of 7TV', readSevenTvAccount],
    ['a set of 7TV', readSevenTvSet],
    ['the global emotes of BetterTTV', readBttvGlobal],
    ['an account of BetterTTV', readBttvChannel],
    ['the global sets of FrankerFaceZ', readFfzGlobal],
    ['a room of FrankerFaceZ', readFfzChannel],
  ]
  const noAnswers = [
    undefined,
    null,
    'x',
    7,
    true,
    [[]],
    [7].length,
    { emotes: 7, channelEmotes: {}, room: 1, sets: [] },
  ]
  test.each(readers)('refuses as %s what is none', (_, read) => {
    const refused = noAnswers.map((answer) => {
      try {
        read(answer)
        return []
      } catch (error) {
        return error instanceof InvalidAnswer
      }
    })
    // A list of no emotes and an account without a set are answers.
    expect(refused.filter((each) => each === false)).toEqual([])
    expect(refused.slice(0, 5)).toEqual(
      read === readBttvGlobal ? refused.slice(0, 5) : [true, true, true, true, true],
    )
  })

  const good = { '7tv': sevenTvEmote('good'), bttv: bttvEmote('good'), ffz: ffzEmote('good') }
  const sets: [keyof typeof good, (emotes: unknown[]) => ProviderSet][] = [
    ['7tv', (emotes) => readSevenTvSet({ emotes })],
    ['bttv', (channelEmotes) => readBttvChannel({ channelEmotes, sharedEmotes: [] })],
    ['ffz', (emoticons) => readFfzChannel({ room: { set: 1 }, sets: { 1: { emoticons } } })],
  ]
  test.each(sets)('of %s skips bad emotes and keeps the others', (provider, read) => {
    const key = provider === 'bttv' ? 'code' : 'name'
    const badNames = [7, null, '', 'with blank', 'x'.repeat(101), '\ud800']
    const bad: unknown[] = [
      null,
      7,
      [],
      {},
      'x',
      ...badNames.map((name) => ({ ...good[provider], [key]: name })),
    ]
    const badIds = ['', '../x', 'a/b', 'x'.repeat(65), {}].map((id) => ({ ...good[provider], id }))
    const result = read([...bad, good[provider], ...badIds])
    expect(names(result)).toEqual(['good'])
    expect(result.skipped).toBe(bad.length + badIds.length)
  })
})
