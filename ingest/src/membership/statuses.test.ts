import { expect, test } from 'vitest'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { othersStatus } from './status.fixture.ts'
import { Statuses, statusValue } from './statuses.ts'

test('deletes the record of an unknown channel that no client wants, and keeps every other status', () => {
  const parted = { state: 'parted', channel_id: null } as const
  const gaps = [{ from: 1, to: 2000, reason: 'ingest_down' }]
  const kept: Partial<ChannelStatusRecord>[] = [
    { ...parted, channel_id: '1' },
    { ...parted, gaps },
    { ...parted, state: 'not_found' },
  ]
  expect(statusValue(othersStatus('arena', parted))).toBeNull()
  for (const given of kept) {
    const status = othersStatus('arena', given)
    expect(JSON.parse(statusValue(status) ?? 'null')).toEqual(status)
  }
  const statuses = new Statuses()
  statuses.take(othersStatus('arena', { epoch: 9 }), 1)
  statuses.forget('arena')
  expect([...statuses.all()]).toEqual([])
  statuses.take(othersStatus('arena', { epoch: 1 }), 2)
  expect(statuses.get('arena')).toMatchObject({ epoch: 1 })
})

test('ignores a status of an older epoch', () => {
  const statuses = new Statuses()
  statuses.take(othersStatus('arena', { epoch: 9 }), 1)
  statuses.take(othersStatus('arena', { epoch: 8, state: 'parted' }), 2)
  expect([...statuses.all()]).toMatchObject([{ status: { epoch: 9, state: 'joined' }, writtenAtMs: 1 }])
})

test('forgets statuses of parted channels beyond a bound, the oldest first', () => {
  const statuses = new Statuses()
  statuses.onCaughtUp()
  statuses.take(othersStatus('kept', { state: 'joined', epoch: 50_000 }), 0)
  const forgotten: unknown[] = []
  for (let index = 0; index < 30_000; index++)
    forgotten.push(statuses.take(othersStatus(`c${index}`, { state: 'parted', epoch: 1 }), index))
  expect(forgotten.slice(9998, 10_002)).toEqual([undefined, undefined, 'c0', 'c1'])
  expect([...statuses.all()]).toHaveLength(10_001)
  expect(statuses.get('kept')).toBeDefined()
  expect(statuses.get('c19999')).toBeUndefined()
  expect(statuses.get('c20000')).toBeDefined()
  expect(statuses.nextEpoch(1)).toBe(50_001)
})

test('deletes no record before the whole topic was read', () => {
  const statuses = new Statuses()
  const taken = Array.from({ length: 10_002 }, (_, index) =>
    statuses.take(othersStatus(`c${index}`, { state: 'parted', epoch: 1 }), index),
  )
  expect(taken.filter((login) => login !== undefined)).toEqual([])
  statuses.onCaughtUp()
  expect(statuses.take(othersStatus('next', { state: 'parted', epoch: 1 }), 20_000)).toBe('c2')
})
