import { expect, test } from 'vitest'
import type { SelectedRow } from '@chat-battle/runtime/cassandra/select'
import { RequestRefused } from '../refusal.ts'
import { Places } from '../limits/places.ts'
import { EmoteUsageReader, maxUsageReads } from './emote-usage.ts'

const dayMs = 24 * 60 * 60 * 1000
const windowMs = 600_000
/** Noon of the day that begins at `20 * dayMs`. */
const noonMs = 20 * dayMs + dayMs / 2

type Entry = [id: string, name: string, count: number, provider: string]

/** An archive with rows of one channel, two per page, that counts its queries by the day they are for. */
function startReader(given: { maxEmotes?: number; places?: Places } = {}) {
  const clock = { nowMs: noonMs }
  const rows: { start: number; emotes: unknown; further?: string }[] = []
  const queries: number[] = []
  const archive = {
    page: (_query: string, values: readonly unknown[], { pageState }: { pageState?: string | undefined }) => {
      const [, from, to] = values as [string, Date, Date]
      queries.push(from.getTime() / dayMs)
      const found = rows.filter(({ start }) => start >= from.getTime() && start < to.getTime())
      const at = Number(pageState ?? 0)
      const page: SelectedRow[] = found.slice(at, at + 2).map(({ start, emotes, further = null }) => ({
        window_start: new Date(start),
        emotes,
        further_emotes: further,
      }))
      return Promise.resolve({ rows: page, pageState: at + 2 < found.length ? String(at + 2) : undefined })
    },
  }
  const reader = new EmoteUsageReader({
    archive,
    places: given.places ?? new Places(maxUsageReads),
    now: () => clock.nowMs,
    ...(given.maxEmotes !== undefined && { maxEmotes: given.maxEmotes }),
  })
  const add = (start: number, entries: Entry[], max_unlisted = 0, max_low = 0) =>
    rows.push({ start, emotes: JSON.stringify({ entries, max_unlisted, max_low }) })
  const counts = async () =>
    [...(await reader.of('7')).used.values()].map(({ id, count, lastUsed }) => [id, count, lastUsed])
  return { reader, clock, rows, queries, add, counts }
}

test('adds up the windows of seven days, the present one included', async () => {
  const { reader, add, counts } = startReader()
  add(14 * dayMs, [['25', 'Kappa', 1, 'twitch']])
  for (let index = 0; index < 5; index++) add(18 * dayMs + index * windowMs, [['25', 'Kappa', 10, 'twitch']])
  add(20 * dayMs, [
    ['25', 'Kappa', 100, 'twitch'],
    ['25', 'duck', 1, 'ffz'],
  ])
  add(14 * dayMs - windowMs, [['25', 'Kappa', 1000, 'twitch']])
  expect(await counts()).toEqual([
    ['25', 151, 20 * dayMs],
    ['25', 1, 20 * dayMs],
  ])
  expect(reader.range()).toEqual({ from: 14 * dayMs, to: noonMs })
})

test('sums by how much a count may be low, and knows windows without a summary', async () => {
  const { reader, rows, add } = startReader()
  add(20 * dayMs, [], 3, 2)
  add(19 * dayMs, [], 0, 4)
  rows.push({ start: 18 * dayMs, emotes: null }, { start: 17 * dayMs, emotes: '{"entries": 1' })
  const usage = await reader.of('7')
  expect([usage.maxMissed, usage.windowsWithoutSummary]).toEqual([7, 2])
  expect([...usage.windows]).toEqual([19 * dayMs, 20 * dayMs])
})

test('counts the emotes that a summary leaves out, and misses only what both leave out', async () => {
  const { reader, rows, counts } = startReader()
  const emotes = JSON.stringify({ entries: [['1', 'a', 9, '7tv']], max_unlisted: 5, max_low: 1 })
  const further = { entries: [['2', 'b', 5, '7tv']], max_unlisted: 2 }
  rows.push({ start: 20 * dayMs, emotes, further: JSON.stringify(further) })
  expect(await counts()).toEqual([
    ['1', 9, 20 * dayMs],
    ['2', 5, 20 * dayMs],
  ])
  expect((await reader.of('7')).maxMissed).toBe(2)
})

test('shows the name that was written last', async () => {
  const { reader, add } = startReader()
  add(20 * dayMs, [['1', 'new', 1, '7tv']])
  add(19 * dayMs, [['1', 'old', 1, '7tv']])
  expect((await reader.of('7')).used.get('7tv:1')?.name).toBe('new')
})

test('reads a day that is over once per hour, and the present one once per minute', async () => {
  const { reader, clock, queries, add, counts } = startReader()
  await reader.of('7')
  expect(queries).toEqual([14, 15, 16, 17, 18, 19, 20])
  add(20 * dayMs, [['25', 'Kappa', 1, 'twitch']])
  clock.nowMs += 59_999
  expect(await counts()).toEqual([])
  clock.nowMs += 1
  expect(await counts()).toEqual([['25', 1, 20 * dayMs]])
  expect(queries).toHaveLength(8)
  clock.nowMs += 60 * 60 * 1000
  await reader.of('7')
  expect(queries).toHaveLength(8 + 7)
})

test('reads a channel once for all that want it at the same time', async () => {
  const { reader, queries } = startReader()
  await Promise.all([reader.of('7'), reader.of('7')])
  expect(queries).toHaveLength(7)
})

test('refuses further channels while as many are read as may be', async () => {
  const { reader } = startReader({ places: new Places(1) })
  const first = reader.of('7')
  await expect(reader.of('8')).rejects.toThrow(RequestRefused)
  await first
  await reader.of('8')
})

test('forgets the days that were read the longest ago when there are too many emotes', async () => {
  const { reader, queries, add } = startReader({ maxEmotes: 8 })
  add(14 * dayMs, [['25', 'Kappa', 1, 'twitch']])
  await reader.of('7')
  await reader.of('7')
  expect(queries).toHaveLength(7)
  await reader.of('8')
  await reader.of('7')
  expect(queries.length).toBeGreaterThan(14)
})
