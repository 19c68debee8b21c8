import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { listStreams, maxStreamsPerPage } from '@chat-battle/contracts/rest/routes/list-streams'
import { windowMs } from '@chat-battle/contracts/window'
import { live } from '@chat-battle/statistics/chat-events.fixture'
import { startArchiveFixture, type AppendedEvent } from '../../archive/archive.fixture.ts'
import { Channels } from '../../current/channels.ts'
import { LiveView } from '../../current/live-view.ts'
import { StatsView } from '../../current/stats-view.ts'
import { StatusView } from '../../directory/status-view.ts'
import { recordOf, startRest } from '../rest.fixture.ts'

const from = 2_900_000 * windowMs
const minuteMs = 60_000

/** A live event of the stream `id`, which began at `startedAt`. */
function seen(
  id: string,
  startedAt: number,
  at: number,
  given: { title?: string; channel_id?: string } = {},
) {
  const { title = 'Chess', channel_id = '1001' } = given
  const stream = { stream_id: id, started_at: startedAt, title, category: 'Chess', viewers: 5 }
  return live(at, 5, { channel_id, stream })
}

const appended = (events: readonly ReturnType<typeof seen>[]): AppendedEvent[] =>
  events.map((event, offset) => ({ event, offset, appendedAtMs: event.timestamp + 100 }))

let fixture: Awaited<ReturnType<typeof startArchiveFixture>>
beforeAll(async () => {
  fixture = await startArchiveFixture()
  await fixture.writeClosed(['1001', '1002'].map((id) => emptyStats(id, `login${id}`, from)))
  const long = Array.from({ length: 10 }, (_, minute) =>
    seen('41', from, from + minute * minuteMs, { title: `Title ${minute}` }),
  )
  const many = Array.from({ length: 2 * maxStreamsPerPage + 1 }, (_, index) => {
    // Two streams each have the same start.
    const startedAt = from + Math.floor(index / 2) * minuteMs
    return seen(`s${index}`, startedAt, startedAt + 1, { channel_id: '1002' })
  })
  const offline = live(from + 20 * minuteMs, null)
  await fixture.write(
    appended([...long, offline, seen('42', from + 30 * minuteMs, from + 31 * minuteMs), ...many]),
  )
  // The last events again, as after a restart of the archive.
  await fixture.write(appended(long.slice(0, 5)))
})
afterAll(() => fixture[Symbol.asyncDispose]())

async function list(channel: string, query: { cursor?: string } = {}, given = {}) {
  const { origin } = await startRest({ archive: fixture.archive, ...given })
  return callRoute(listStreams, { params: { channel }, query }, { origin })
}

test('lists the streams, newest first, each as it was last seen', async () => {
  expect(await list('1001')).toEqual({
    channel_id: '1001',
    channel_login: 'login1001',
    live: null,
    streams: [
      {
        stream_id: '42',
        started_at: from + 30 * minuteMs,
        last_seen_at: from + 31 * minuteMs,
        is_live: false,
        title: 'Chess',
        category: 'Chess',
      },
      {
        stream_id: '41',
        started_at: from,
        last_seen_at: from + 9 * minuteMs,
        is_live: false,
        title: 'Title 9',
        category: 'Chess',
      },
    ],
    cursor: null,
  })
})

test('marks the stream that a joined channel has now', async () => {
  const [liveView, statusView] = [new LiveView(), new StatusView()]
  const answer = {
    channel_id: '1001',
    channel_login: 'before',
    checked_at: 7,
    stream: seen('42', from, from).stream,
  }
  liveView.apply(answer)
  statusView.apply(recordOf({ channel_login: 'arena', channel_id: '1001' }))
  const channels = new Channels(new StatsView(), statusView, () => 0)
  const found = await list('arena', {}, { liveView, channels })
  expect(found.live).toEqual({ ...answer, channel_login: 'arena' })
  expect(found.streams.map(({ is_live }) => is_live)).toEqual([true, false])
  statusView.apply(recordOf({ channel_login: 'arena', channel_id: '1001', state: 'parted', epoch: 2 }))
  const left = await list('1001', {}, { liveView, channels })
  expect(left.live).toBeNull()
  expect(left.streams.map(({ is_live }) => is_live)).toEqual([false, false])
})

test('continues by cursors without a gap or a repetition', async () => {
  const ids: string[] = []
  let cursor: string | undefined
  let pages = 0
  do {
    const page = await list('1002', cursor === undefined ? {} : { cursor })
    ids.push(...page.streams.map(({ stream_id }) => stream_id))
    cursor = page.cursor ?? undefined
    pages++
  } while (cursor !== undefined)
  expect(pages).toBe(3)
  expect(ids).toHaveLength(2 * maxStreamsPerPage + 1)
  expect(new Set(ids).size).toBe(ids.length)
})

test.each(['x', 'WzEsMl0', `${'x'.repeat(200)}`])('refuses the cursor %s', async (cursor) => {
  await expect(list('1001', { cursor })).rejects.toMatchObject({ error: { kind: 'malformed_request' } })
})
