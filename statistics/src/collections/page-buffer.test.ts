import { expect, test } from 'vitest'
import { PageBuffer, PageCursor } from './page-buffer.ts'

const counts = [0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]
const texts = ['', 'name', 'é\u00ff', '\u0100', '日本', '😀', '\ud800', 'x'.repeat(10_000)]
const ints = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]

test('reads what was written, also texts that no UTF-8 has', () => {
  const buffer = new PageBuffer()
  for (const count of counts) buffer.addCount(count)
  for (const text of texts) buffer.addText(text)
  for (const int of ints) buffer.addInt32(int)
  buffer.addBytes(Buffer.from('end'))
  const cursor = new PageCursor(buffer.view())
  expect(counts.map(() => cursor.readCount())).toEqual(counts)
  expect(texts.map(() => cursor.readText())).toEqual(texts)
  expect(ints.map(() => cursor.readInt32())).toEqual(ints)
  expect(String(cursor.readBytes(3))).toBe('end')
  expect(cursor.isAtEnd).toBe(true)
})

test('keeps what it returned when it is used again', () => {
  const buffer = new PageBuffer()
  buffer.addText('first')
  const start = buffer.length
  buffer.addText('second')
  const taken = buffer.take(start)
  buffer.clear()
  buffer.addText('other text')
  expect(new PageCursor(taken).readText()).toBe('second')
  expect(new PageCursor(buffer.view()).readText()).toBe('other text')
})

test.each([
  ['no bytes', []],
  ['a number without an end', [0x80, 0x80]],
  ['a number of more than eight bytes', new Array<number>(9).fill(0x80)],
  ['a number that is not safe', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
])('refuses %s', (_, bytes) => {
  expect(() => new PageCursor(Buffer.from(bytes)).readCount()).toThrow('whole number')
})

test('refuses a text that ends too early', () => {
  expect(() => new PageCursor(Buffer.from([20, 65])).readText()).toThrow('a page has 2 bytes, expected 11')
})
