import { expect, test } from 'vitest'
import { PictureStore, type PictureRefused } from './picture-store.ts'

function start() {
  let nowMs = 0
  let made = 0
  const store = new PictureStore(() => nowMs)
  const get = (key: string, client = 'a') =>
    store.get(key, client, () => Promise.resolve(Buffer.from(String(++made))))
  return { store, get, pass: (ms: number) => (nowMs += ms), made: () => made }
}
const refused = (reason: string) => expect.objectContaining({ reason }) as PictureRefused

test('makes a picture once in 15 s', async () => {
  const { get, pass, made } = start()
  await Promise.all([get('x'), get('x')])
  pass(14_999)
  expect((await get('x')).toString()).toBe('1')
  pass(1)
  expect((await get('x')).toString()).toBe('2')
  expect(made()).toBe(2)
})

test('makes four pictures at a time', async () => {
  const { store, get } = start()
  const ends: (() => void)[] = []
  const slow = () => new Promise<Buffer>((resolve) => ends.push(() => resolve(Buffer.from('slow'))))
  const making = ['1', '2', '3', '4'].map((key) => store.get(key, key, slow))
  await expect(get('5')).rejects.toEqual(refused('busy'))
  for (const end of ends) end()
  await Promise.all(making)
  await expect(get('5')).resolves.toBeDefined()
})

test('makes 20 pictures per minute and client, and shows kept ones beyond', async () => {
  const { get, pass } = start()
  for (let each = 0; each < 20; each++) await get(`${each}`)
  await expect(get('other')).rejects.toEqual(refused('too_many'))
  await expect(get('19')).resolves.toBeDefined()
  await expect(get('other', 'b')).resolves.toBeDefined()
  pass(60_000)
  await expect(get('another')).resolves.toBeDefined()
})

test('keeps no failure', async () => {
  const { store, get } = start()
  await expect(store.get('x', 'a', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  await expect(get('x')).resolves.toBeDefined()
})

test('keeps at most 64 pictures', async () => {
  const { get, pass, made } = start()
  for (let each = 0; each < 65; each++) await get(`${each}`, `client ${each}`)
  await get('64')
  expect(made()).toBe(65)
  await get('0', 'other')
  expect(made()).toBe(66)
  pass(0)
})
