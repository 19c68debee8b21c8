import { expect, test } from 'vitest'
import { defaultAddress } from '../battle/battle-address.ts'
import { publicOrigin } from './link-preview.ts'
import { picturePathOf } from './picture-path.ts'

test('names what the picture shows, and nothing else', () => {
  const address = { ...defaultAddress, channels: ['a', 'b'], side: 'chat', view: 'apart' } as const
  expect(picturePathOf(address)).toBe('/picture.png?channels=a,b')
  expect(picturePathOf({ ...address, range: '1h', scale: 'per_chatter' })).toBe(
    '/picture.png?channels=a,b&range=1h&scale=per_chatter',
  )
  expect(picturePathOf(defaultAddress)).toBe('/picture.png')
})

test.each([
  [null, 'https://own.example'],
  ['', 'https://own.example'],
  ['chat.example', 'https://chat.example'],
  ['chat.example:8443, inner', 'https://chat.example:8443'],
  ['no host"><script>', 'https://own.example'],
])('with the forwarded host %o has the origin %s', (host, origin) => {
  expect(publicOrigin(new URL('https://own.example/?channels=a'), host)).toBe(origin)
})
