import { expect, test } from 'vitest'
import { channelsOn, linkTo } from './carried-channels.ts'

test.each([
  ['/?channels=a,@900,b%22', ['a', '@900']],
  ['/vote?channel=a&options=1,2', ['a']],
  ['/channel/a/streams/12', ['a']],
  ['/about', []],
])('%s is about %j', (path, channels) => {
  expect(channelsOn(new URL(path, 'http://page'))).toEqual(channels)
})

test('leads to a page with its channels, as many as it takes', () => {
  expect(['/', '/overlay', '/vote', '/about'].map((path) => linkTo(path, ['a', 'b']))).toEqual([
    '/?channels=a,b',
    '/overlay?channels=a,b',
    '/vote?channel=a',
    '/about',
  ])
  expect(linkTo('/vote', [])).toBe('/vote')
})
