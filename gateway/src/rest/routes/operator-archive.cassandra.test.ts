import { afterAll, beforeAll, expect, test } from 'vitest'
import { onePerson } from '@chat-battle/contracts/records/anonymise'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { getStorage } from '@chat-battle/contracts/rest/routes/get-storage'
import { listModeration, maxModerationPerPage } from '@chat-battle/contracts/rest/routes/list-moderation'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { message, moderation } from '@chat-battle/statistics/chat-events.fixture'
import { startArchiveFixture, type AppendedEvent } from '../../archive/archive.fixture.ts'
import { StorageReader } from '../../archive/storage.ts'
import { noOperator, startRest } from '../rest.fixture.ts'

const dayMs = 24 * 60 * 60_000
const nowMs = Date.now()
const today = nowMs - (nowMs % dayMs)
const hourAgo = windowStart(nowMs - 60 * 60_000)

let fixture: Awaited<ReturnType<typeof startArchiveFixture>>
beforeAll(async () => {
  fixture = await startArchiveFixture()
  const given = { channel_id: '1001' }
  const single = [
    moderation(hourAgo, { ...given, action: 'timeout', target_user_id: '7', duration_s: 600 }),
    moderation(hourAgo + windowMs, { ...given, action: 'ban', target_user_id: '8', duration_s: null }),
    moderation(hourAgo + windowMs, {
      ...given,
      action: 'clear_chat',
      duration_s: null,
      target_user_id: null,
      target_username: null,
    }),
    // No moderation.
    message(hourAgo, { ...given }),
  ]
  // One hundred and one in one window, two at each time.
  const many = Array.from({ length: 2 * maxModerationPerPage + 1 }, (_, index) =>
    moderation(hourAgo + Math.floor(index / 2), { channel_id: '1002', target_user_id: String(index) }),
  )
  const events = [...single, ...many].map((event, offset): AppendedEvent => {
    return { event, offset, appendedAtMs: hourAgo }
  })
  await fixture.write(events)
  const closed = (id: string, start: number, count: number) => ({
    ...emptyStats(id, `login${id}`, start),
    message_count: count,
    final: true,
  })
  await fixture.writeClosed([
    closed('1001', today, 5),
    closed('1002', today, 6),
    closed('1001', today - windowMs, 3),
    closed('1001', today - 2 * windowMs, 4),
    closed('1001', today - 7 * dayMs, 2),
    closed('1001', today - 7 * dayMs - windowMs, 1000),
  ])
}, 60_000)
afterAll(() => fixture[Symbol.asyncDispose]())

async function list(channel: string, query: { cursor?: string } = {}, given = {}) {
  const { origin } = await startRest({ archive: fixture.archive, archiveRetentionHours: 168, ...given })
  return callRoute(listModeration, { params: { channel }, query }, { origin })
}

test('lists the moderation of a channel, newest first, back to what is kept', async () => {
  const { actions, cursor, scanned_from, ...channel } = await list('1001', {}, { archiveRetentionHours: 2 })
  expect(channel).toEqual({ channel_id: '1001', channel_login: 'login1001' })
  expect(actions.map(({ at, action, user_id, duration_s }) => [at, action, user_id, duration_s])).toEqual([
    [hourAgo + windowMs, 'clear_chat', null, null],
    [hourAgo + windowMs, 'ban', '8', null],
    [hourAgo, 'timeout', '7', 600],
  ])
  expect(cursor).toBeNull()
  expect(Math.abs(scanned_from - (nowMs - dayMs / 12))).toBeLessThan(2 * windowMs)
})

test('pages through a window without leaving out an action or listing one twice', async () => {
  const users: (string | null)[] = []
  let cursor: string | undefined
  for (let page = 0; page < 3; page++) {
    const found = await list('1002', cursor === undefined ? {} : { cursor })
    users.push(...found.actions.map(({ user_id }) => user_id))
    cursor = found.cursor ?? undefined
  }
  expect(users).toEqual(
    Array.from({ length: 2 * maxModerationPerPage + 1 }, (_, index) => String(index)).reverse(),
  )
  expect(cursor).toBeUndefined()
})

test('does not name a person who has just opted out', async () => {
  const people = onePerson('7', 'anon-seven', ['seven'])
  const { actions } = await list('1001', {}, { people })
  expect(actions.map(({ user_id }) => user_id)).toEqual([null, '8', 'anon-seven'])
  expect(actions.map(({ username }) => username ?? '').join()).not.toContain('seven')
})

test('counts messages and closed windows per day of UTC', async () => {
  const { keyspace } = fixture.cassandra
  const storage = new StorageReader({ archive: fixture.archive, keyspace, now: () => nowMs })
  const { origin } = await startRest({ operator: { ...noOperator, storage } })
  const { days, tables, ...rest } = await callRoute(getStorage, {}, { origin })
  expect(rest).toEqual({ at: nowMs, channels: 2, cut: false })
  expect(days).toEqual([
    { day: today, messages: 11, windows: 2 },
    { day: today - dayMs, messages: 7, windows: 2 },
    { day: today - 7 * dayMs, messages: 2, windows: 1 },
  ])
  expect(tables?.map(({ table }) => table)).toContain('channel_windows')
})
