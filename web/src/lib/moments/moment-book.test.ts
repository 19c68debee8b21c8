import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { protocolHeader, protocolVersion } from '@chat-battle/contracts/version'
import { exampleMoment } from './moment.fixture.ts'
import { MomentBook } from './moment-book.svelte.ts'

const range = { from: 0, to: 100_000_000 }
let answers: ((response: Response) => void)[]

const headers = { [protocolHeader]: String(protocolVersion) }
const answer = (response: Response) => answers.shift()?.(response)
const listed = () =>
  Response.json({ channel_id: '1', channel_login: 'arena', moments: [exampleMoment()] }, { headers })

beforeEach(() => {
  answers = []
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => answers.push(resolve)))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('knows whether the earlier moments of channels are being read, were read, or could not be read', async () => {
  const book = new MomentBook()
  expect(book.readingOf(['arena'])).toBe('read')
  const reading = [book.read('arena', range), book.read('den', range)]
  expect(book.readingOf(['arena'])).toBe('reading')
  answer(listed())
  await reading[0]
  expect(book.readingOf(['arena'])).toBe('read')
  expect(book.readingOf(['arena', 'den'])).toBe('reading')
  expect(book.all).toEqual([exampleMoment()])
  answer(new Response('', { status: 503 }))
  await reading[1]
  expect(book.readingOf(['arena', 'den'])).toBe('failed')
})

test('reads a channel once, and again what failed', async () => {
  const book = new MomentBook()
  const reading = book.read('arena', range)
  void book.read('arena', range)
  expect(answers).toHaveLength(1)
  answer(new Response('', { status: 503 }))
  await reading
  const again = book.retry(range)
  expect(book.readingOf(['arena'])).toBe('reading')
  answer(listed())
  await again
  expect(book.readingOf(['arena'])).toBe('read')
})
