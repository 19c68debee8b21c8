import { expect, test } from 'vitest'
import { EncodedEvent } from './encoded-event.ts'

/** The characters around the argument: the packet types, and the array of name and argument. */
const wrapping = '42["e",""]'.length

test.each([
  [125, [0x81, 125]],
  [126, [0x81, 126, 0, 126]],
  [65_535, [0x81, 126, 255, 255]],
  [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
])('frames %i bytes by RFC 6455', (length, header) => {
  const argument = 'x'.repeat(length - wrapping)
  const { frame } = new EncodedEvent(['e', argument])
  expect([...frame.subarray(0, header.length)]).toEqual(header)
  expect(frame.toString('utf8', header.length)).toBe(`42["e","${argument}"]`)
})

test('counts the length of a frame in bytes, not in characters', () => {
  const { frame } = new EncodedEvent(['ü'])
  expect(frame.toString()).toBe(`\u{fffd}${String.fromCharCode(frame.length - 2)}42["ü"]`)
})
