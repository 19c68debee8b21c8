import { describe, expect, test } from 'vitest'
import { addressOf, readAddress, readTyped } from './channel-url.ts'

test.each([
  ['Ninja', 'ninja'],
  ['  @ninja ', 'ninja'],
  ['_old_account', '_old_account'],
  ['900', '900'],
  ['@900', '@900'],
])('reads the name %o as %o', (typed, channel) => expect(readTyped(typed)).toEqual({ channel }))

test.each([
  'https://www.twitch.tv/Ninja',
  'http://twitch.tv/ninja/',
  '//www.twitch.tv/ninja',
  'twitch.tv/ninja',
  'TWITCH.TV/NINJA',
  'https://twitch.tv./ninja',
  'https://www.twitch.tv:443/ninja',
  '/ninja',
  'ninja/videos',
  'https://www.twitch.tv/Ninja?ref=x&channel=other#chat',
  'https://www.twitch.tv/%6einja',
  'https://m.twitch.tv/ninja',
  'https://m.twitch.tv/ninja/home',
  'https://go.twitch.tv/ninja',
  'https://secure.twitch.tv/ninja',
  'https://de.twitch.tv/ninja',
  'https://es-es.twitch.tv/ninja?x=1',
  'https://zh-tw.twitch.tv/ninja',
  'https://www.twitch.tv/ninja/videos?filter=clips',
  'https://www.twitch.tv/ninja/clip/FancySlug-1',
  'https://www.twitch.tv/ninja/about#schedule',
  'https://www.twitch.tv/popout/ninja/chat?popout=',
  'https://www.twitch.tv/popout/moderator/ninja/chat',
  'https://dashboard.twitch.tv/popout/u/ninja/stream-manager/chat',
  'popout/ninja/chat',
  'https://www.twitch.tv/moderator/ninja',
  'https://www.twitch.tv/embed/ninja/chat?parent=example.com',
  'https://www.twitch.tv/chat/embed?channel=ninja',
  'https://dashboard.twitch.tv/u/ninja/stream-manager',
  'https://www.twitch.tv/ninja/dashboard',
  'https://player.twitch.tv/?channel=ninja&parent=example.com#now',
  'https://embed.twitch.tv/?channel=Ninja',
  'https://www.twitch.tv/subs/ninja',
])('reads the pasted address %o as ninja', (typed) => {
  expect(readTyped(typed)).toEqual({ channel: 'ninja' })
})

test.each(['chat', 'https://www.twitch.tv/chat', 'https://www.twitch.tv/popout/chat/chat'])(
  'reads %o as a channel whose name is part of other addresses',
  (typed) => expect(readTyped(typed)).toEqual({ channel: 'chat' }),
)

test('reads digits in an address as a login', () => {
  expect(readTyped('https://www.twitch.tv/900')).toEqual({ channel: '@900' })
  expect(readTyped('https://player.twitch.tv/?channel=900')).toEqual({ channel: '@900' })
})

describe('reads no channel from', () => {
  test.each([
    ['https://www.twitch.tv/', /does not name a channel/],
    ['twitch.tv', /does not name a channel/],
    ['https://www.twitch.tv/popout', /does not name a channel/],
    ['https://www.twitch.tv/popout/moderator', /does not name a channel/],
    ['https://www.twitch.tv/directory/category/chess', /twitch\.tv\/directory is a page/],
    ['https://www.twitch.tv/videos/123456', /twitch\.tv\/videos is a page/],
    ['https://www.twitch.tv/Videos/123456', /is a page/],
    ['https://www.twitch.tv/team/staff', /is a page/],
    ['https://www.twitch.tv/settings/profile', /is a page/],
    ['https://player.twitch.tv/?video=v123', /does not name a channel/],
    ['https://clips.twitch.tv/FancySlug', /clip/],
    ['https://clips.twitch.tv/embed?clip=FancySlug', /clip/],
    ['https://help.twitch.tv/s/article', /help\.twitch\.tv has no channels/],
    ['https://id.twitch.tv/oauth2/authorize', /has no channels/],
    ['https://youtube.com/ninja', /youtube\.com is not twitch\.tv/],
    ['https://twitch.tv.example/ninja', /is not twitch\.tv/],
    ['https://nottwitch.tv/ninja', /is not twitch\.tv/],
    ['https://', /neither a channel name nor an address/],
    ['https://www.twitch.tv/no%20name', /1 to 25 letters/],
    ['https://www.twitch.tv/%E0%A4%A', /1 to 25 letters/],
    ['popout', /twitch\.tv\/popout is a page/],
    ['Moderator', /is a page/],
    ['videos', /is a page/],
    ['directory', /is a page/],
    ['no spaces', /1 to 25 letters/],
    ['', /1 to 25 letters/],
  ])('%o, and gives the reason', (typed, problem) => {
    expect(readTyped(typed)).toEqual({ problem: expect.stringMatching(problem) as string })
  })
})

describe('the address of the page', () => {
  const read = (search: string) => readAddress(new URLSearchParams(search))

  test('is read back as it was made', () => {
    expect(read(addressOf(['a', '@900', '7']).slice(2))).toEqual({
      channels: ['a', '@900', '7'],
      problems: [],
    })
    expect(read('')).toEqual({ channels: [], problems: [] })
    expect(addressOf([])).toBe('/')
  })

  test('holds each channel once', () => {
    expect(read('channels=A,a,,b')).toEqual({ channels: ['a', 'b'], problems: [] })
  })

  test('reports the channels beyond four', () => {
    expect(read('channels=a,b,c,d,e,f,e')).toEqual({
      channels: ['a', 'b', 'c', 'd'],
      problems: ['Four channels fit. Not shown: e, f.'],
    })
  })

  test('reports each invalid name, and reads the rest', () => {
    const { channels, problems } = read(`channels=no!,ok,videos,${'x'.repeat(300)}`)
    expect(channels).toEqual(['ok'])
    expect(problems).toHaveLength(3)
    expect(problems[0]).toMatch(/^“no!” in the address is not shown\. A channel name has/)
    expect(problems[1]).toMatch(/page of Twitch/)
    expect(problems[2]?.length).toBeLessThan(160)
  })

  test('reads a repeated parameter, and reports it', () => {
    const { channels, problems } = read('channels=a&channels=b,a')
    expect(channels).toEqual(['a', 'b'])
    expect(problems).toEqual(['The address names “channels” more than once; all of them are read.'])
  })

  test('reports a parameter that looks like its own', () => {
    expect(read('channel=ninja&utm_source=x')).toEqual({
      channels: [],
      problems: ['“channel=” in the address is not read. Channels are named by “channels=”.'],
    })
  })

  test('accepts pasted addresses', () => {
    expect(read('channels=https%3A%2F%2Fwww.twitch.tv%2FNinja').channels).toEqual(['ninja'])
  })
})
