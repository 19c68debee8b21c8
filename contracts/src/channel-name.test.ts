import { expect, test } from 'vitest'
import { channelNamePattern, formatChannelRef, parseChannelName, parseChannelRef } from './channel-name.ts'

test.each([
  ['Ninja', { name: 'ninja', isLogin: false }],
  ['  @ninja ', { name: 'ninja', isLogin: false }],
  ['#ninja', { name: 'ninja', isLogin: false }],
  ['_old_account', { name: '_old_account', isLogin: false }],
  ['___', { name: '___', isLogin: false }],
  ['900', { name: '900', isLogin: false }],
  ['@900', { name: '900', isLogin: true }],
  [' @900 ', { name: '900', isLogin: true }],
  ['#900', { name: '900', isLogin: false }],
  ['9lives', { name: '9lives', isLogin: false }],
])('reads %o as a channel name', (typed, ref) => {
  expect(parseChannelRef(typed)).toEqual(ref)
  expect(parseChannelName(typed)).toBe(ref.name)
  expect(parseChannelRef(formatChannelRef(ref))).toEqual(ref)
  expect(typed.trim()).toMatch(new RegExp(channelNamePattern))
})

test.each(['', '@', '@@900', '# 900', 'a b', 'x'.repeat(26), '../etc', 'ünï', 'a-b', 'a\u0000'])(
  'rejects %o',
  (typed) => {
    expect(parseChannelRef(typed)).toBeUndefined()
    expect(typed).not.toMatch(new RegExp(channelNamePattern))
  },
)
