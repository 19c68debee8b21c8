import { expect, test } from 'vitest'
import { startArchiveFixture } from './archive.fixture.ts'
import { Places } from '../limits/places.ts'
import { EmoteUsageReader } from './emote-usage.ts'

const dayMs = 24 * 60 * 60 * 1000
const windowMs = 600_000
const nowMs = 20_000 * dayMs + 12 * windowMs

test('counts the use of emotes by the windows of a channel in the archive', async () => {
  await using on = await startArchiveFixture()
  const write = (channelId: string, start: number, emotes: unknown) =>
    on.cassandra.execute(
      'INSERT INTO channel_windows (channel_id, window_start, emotes) VALUES (?, ?, ?)',
      [channelId, new Date(start), emotes === null ? null : JSON.stringify(emotes)],
      { prepare: true },
    )
  const ranking = (count: number) => ({
    entries: [['01HDUCK', 'duck', count, '7tv']],
    max_unlisted: 0,
    max_low: 0,
  })
  // More rows than a page has, over two days.
  const starts = Array.from({ length: 60 }, (_, index) => nowMs - (index + 1) * windowMs)
  await Promise.all(starts.map((start, index) => write('7', start, ranking(index + 1))))
  await write('7', nowMs - 7 * dayMs, ranking(1000))
  await write('7', nowMs - 2 * dayMs, null)
  await write('8', nowMs - windowMs, ranking(1000))
  const reader = new EmoteUsageReader({ archive: on.archive, places: new Places(1), now: () => nowMs })
  const usage = await reader.of('7')
  expect([...usage.used.values()]).toEqual([
    { provider: '7tv', id: '01HDUCK', name: 'duck', count: (60 * 61) / 2, lastUsed: nowMs - windowMs },
  ])
  expect([usage.maxMissed, usage.windowsWithoutSummary, usage.windows.size]).toEqual([0, 1, 60])
})
