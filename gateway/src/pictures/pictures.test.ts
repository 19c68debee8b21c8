import { expect, test } from 'vitest'
import { drawPicture } from '@chat-battle/twitch-stub/emotes/pictures'
import type { PictureSource } from '../emotes/picture-source.ts'
import type { Fetched } from './picture-fetcher.ts'
import { failedForMs, freshMs, missingForMs, Pictures, type PictureOrigin } from './pictures.ts'
import type { StoredPicture } from './picture-files.ts'

const source: PictureSource = { provider: 'ffz', path: '/emote/1/1' }
const bytesOf = (seed: string) => drawPicture({ seed, size: 8, format: 'png', isAnimated: false })

/** Pictures on files in memory, with a provider whose next answer the test gives. */
function startPictures() {
  const clock = { nowMs: 1_000_000 }
  const stored = new Map<string, StoredPicture>()
  const origins: PictureOrigin[] = []
  const requests: ((fetched: Fetched) => void)[] = []
  const pictures = new Pictures({
    files: {
      read: (key) => Promise.resolve(stored.get(key)),
      write: (key, picture) => Promise.resolve(void stored.set(key, picture)),
      delete: (key) => Promise.resolve(void stored.delete(key)),
    },
    fetcher: { fetch: () => new Promise((resolve) => requests.push(resolve)) },
    onAnswer: (origin) => origins.push(origin),
    now: () => clock.nowMs,
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  /** Requests a picture, with the provider's answer where it is asked for one. */
  const get = async (fetched?: Fetched) => {
    const answer = pictures.get(source)
    await settled()
    if (fetched !== undefined) requests.at(-1)?.(fetched)
    return answer
  }
  return { pictures, clock, stored, origins, requests, settled, get }
}

const picture = (seed: string): Fetched => ({ result: 'picture', bytes: bytesOf(seed) })
const failed: Fetched = { result: 'failed', reason: 'x' }

test('fetches a picture once and serves it from the disk then', async () => {
  const on = startPictures()
  const first = await on.get(picture('a'))
  expect(first).toMatchObject({ result: 'picture', type: 'image/png', bytes: bytesOf('a') })
  expect(await on.get()).toEqual(first)
  expect(on.requests).toHaveLength(1)
  expect(on.origins).toEqual(['fetched', 'disk'])
})

test('sends one request for all that want a picture at the same time', async () => {
  const on = startPictures()
  const answers = [on.pictures.get(source), on.pictures.get(source), on.pictures.get(source)]
  await on.settled()
  expect(on.requests).toHaveLength(1)
  on.requests[0]?.(picture('a'))
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ bytes: bytesOf('a') })
})

test.each([
  ['missing', { result: 'missing' }, missingForMs],
  ['failed', failed, failedForMs],
] as const)('requests a %s picture again after a while only', async (result, fetched, forMs) => {
  const on = startPictures()
  expect(await on.get(fetched)).toEqual({ result })
  on.clock.nowMs += forMs - 1
  expect(await on.get()).toEqual({ result })
  expect(on.requests).toHaveLength(1)
  on.clock.nowMs += 1
  expect(await on.get(picture('a'))).toMatchObject({ result: 'picture' })
})

test('serves an old copy at once and fetches a new one beside it', async () => {
  const on = startPictures()
  await on.get(picture('a'))
  on.clock.nowMs += freshMs
  expect(await on.get()).toMatchObject({ bytes: bytesOf('a') })
  on.requests.at(-1)?.(picture('b'))
  await on.settled()
  expect(await on.get()).toMatchObject({ bytes: bytesOf('b') })
  expect(on.requests).toHaveLength(2)
  expect(on.origins).toEqual(['fetched', 'stale', 'disk'])
})

test('serves an old copy for as long as the provider fails, and tries it now and then', async () => {
  const on = startPictures()
  await on.get(picture('a'))
  on.clock.nowMs += 100 * freshMs
  for (let attempt = 2; attempt < 5; attempt++) {
    expect(await on.get(failed)).toMatchObject({ bytes: bytesOf('a') })
    await on.settled()
    expect(await on.get()).toMatchObject({ bytes: bytesOf('a') })
    expect(on.requests).toHaveLength(attempt)
    on.clock.nowMs += failedForMs
  }
})

test('drops the copy of a picture that its provider took away', async () => {
  const on = startPictures()
  await on.get(picture('a'))
  on.clock.nowMs += freshMs
  await on.get({ result: 'missing' })
  await on.settled()
  expect(on.stored.size).toBe(0)
  expect(await on.get()).toEqual({ result: 'missing' })
})

test('gives two pictures different tags', async () => {
  const etagOf = async (seed: string) => {
    const answer = await startPictures().get(picture(seed))
    return answer.result === 'picture' ? answer.etag : undefined
  }
  expect(await etagOf('a')).toMatch(/^"[\w-]{22}"$/)
  expect(await etagOf('a')).toBe(await etagOf('a'))
  expect(await etagOf('a')).not.toBe(await etagOf('b'))
})
