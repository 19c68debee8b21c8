import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { listMoments } from '@chat-battle/contracts/rest/routes/list-moments'
import { momentRows } from '@chat-battle/processor/archive/moment-rows'
import { insertRow } from '@chat-battle/runtime/cassandra/insert'
import { until } from '@chat-battle/testkit/testing'
import { startArchiveFixture } from '../../archive/archive.fixture.ts'
import { MomentView } from '../../current/moment-view.ts'
import { momentFixture } from '../../current/moment.fixture.ts'
import { startRest } from '../rest.fixture.ts'

const start = 1_700_000_400_000
const hourS = 3600
const phrase = { kind: 'phrase', text: 'gg', emote: null, people: 9, share: 0.5 } as const

let fixture: Awaited<ReturnType<typeof startArchiveFixture>>
beforeAll(async () => {
  fixture = await startArchiveFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

async function write(record: MomentRecord, writtenAtMs: number, messageTtlS?: number) {
  for (const { table, row, ttlS } of momentRows(record, messageTtlS))
    await insertRow(fixture.cassandra, table, row, writtenAtMs, ttlS)
}

async function listed(channel: string, from: number, to: number, moments = new MomentView()) {
  const { origin } = await startRest({ archive: fixture.archive, moments })
  const answer = await callRoute(listMoments, { params: { channel }, query: { from, to } }, { origin })
  return answer.moments
}

function shown({ sample_sources: _, leading_sources: __, ...moment }: MomentRecord) {
  return moment
}

test('lists the moments of the archive and of memory by start, each once and the newest', async () => {
  const records = [0, 1, 2, 3].map((index) => momentFixture(start + index * 60_000, { leading: phrase }))
  for (const record of records) await write(record, start, hourS)
  const view = new MomentView()
  const newer = { ...records[1], revision: 8, end: null, samples: [] } as MomentRecord
  const own = momentFixture(start + 150_000)
  for (const record of [{ ...records[2], revision: 6, people: 1 } as MomentRecord, newer, own])
    view.apply(record)
  const expected = [records[0], newer, records[2], own].map((record) => shown(record as MomentRecord))
  expect(await listed('1001', start, start + 180_000, view)).toEqual(expected)
})

test('loses its texts, and no figure, when they expire, are removed, or are never archived', async () => {
  const record = momentFixture(start, { channel_id: '2', leading: phrase })
  const [expired, never, removed] = [start, start + 1000, start + 2000].map((at) => ({
    ...record,
    start: at,
  }))
  await write(expired as MomentRecord, start, 1)
  await write(never as MomentRecord, start)
  await write(removed as MomentRecord, start, hourS)
  await write(
    { ...(removed as MomentRecord), samples: [], sample_sources: [], leading: momentFixture(0).leading },
    start + 1,
    hourS,
  )
  const found = () => listed('2', start, start + 3000)
  await until(async () => (await found())[0]?.samples.length === 0, 'the first texts expire')
  for (const moment of await found())
    expect(moment).toMatchObject({
      samples: [],
      leading: { kind: 'mixed', text: '' },
      message_count: 60,
      people: 40,
    })
  expect(await found()).toHaveLength(3)
})

test('finds the rows of a person whose message is a sample', async () => {
  await write(momentFixture(start, { channel_id: '3' }), start, hourS)
  const { rows } = await fixture.archive.page(
    'SELECT channel_id FROM channel_moments WHERE people CONTAINS ?',
    ['7'],
    { pageSize: 100 },
  )
  expect(rows.map(({ channel_id }) => channel_id)).toContain('3')
})
