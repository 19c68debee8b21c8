import { describe, expect, test } from 'vitest'
import { addressMessages } from './address-messages.ts'
import { readTyped, readTypedList } from './typed-channel.ts'

const read = (typed: string) => readTyped(typed, addressMessages.en)

test.each([
  ['Ninja', 'ninja'],
  ['  @ninja ', 'ninja'],
  ['_old_account', '_old_account'],
  ['900', '900'],
  ['@900', '@900'],
])('reads the name %o as %o', (typed, channel) => expect(read(typed)).toEqual({ channel }))

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
  expect(read(typed)).toEqual({ channel: 'ninja' })
})

test.each(['chat', 'https://www.twitch.tv/chat', 'https://www.twitch.tv/popout/chat/chat'])(
  'reads %o as a channel whose name is part of other addresses',
  (typed) => expect(read(typed)).toEqual({ channel: 'chat' }),
)

test('reads digits in an address as a login', () => {
  expect(read('https://www.twitch.tv/900')).toEqual({ channel: '@900' })
  expect(read('https://player.twitch.tv/?channel=900')).toEqual({ channel: '@900' })
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
    expect(read(typed)).toEqual({ problem: expect.stringMatching(problem) as string })
  })
})

test('gives the reason in the language of the visitor', () => {
  expect(readTyped('no-dashes', addressMessages.de)).toEqual({
    problem: 'Ein Kanalname hat 1 bis 25 Buchstaben, Ziffern oder Unterstriche.',
  })
})

test.each([
  ['ninja', ['ninja']],
  [' Ninja, shroud  ninja,', ['ninja', 'shroud']],
  ['https://www.twitch.tv/ninja?a=1,2 shroud', ['ninja', 'shroud']],
  [' , ', []],
])('reads the names in %o as %o', (typed, channels) =>
  expect(readTypedList(typed, addressMessages.en)).toEqual({ channels }),
)

test('reports the invalid one of several names', () => {
  expect(readTypedList('ninja, no!', addressMessages.en)).toEqual({ problem: addressMessages.en.badName })
})
