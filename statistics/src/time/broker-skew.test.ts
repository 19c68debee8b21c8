import { expect, test } from 'vitest'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { maxHeld, maxPassed } from './held-events.ts'
import { message, moderation, tick } from '../chat-events.fixture.ts'
import { PartitionState } from '../partition.ts'

const start = 1_700_000_400_000
const minute = 60_000
const hour = 60 * minute

/** Applies records to a partition, by a broker whose clock is behind by `behindMs`, and may be moved. */
class Partition {
  readonly state = new PartitionState()
  readonly settled: string[] = []
  behindMs: number
  #offset = 0n

  constructor(behindMs = 0) {
    this.behindMs = behindMs
  }

  /** Applies an event that came `lateMs` after its time. */
  apply(event: ChatEvent, lateMs = 0): string {
    const appendMs = (event.timestamp ?? start) + lateMs - this.behindMs
    const { outcome, released } = this.state.apply(event, this.#offset++, appendMs)
    for (const { outcome } of released) this.settled.push(outcome)
    if (outcome !== 'held') this.settled.push(outcome)
    return outcome
  }

  /** How many messages the open windows have. */
  get messages(): number {
    return [...this.state.openWindows()].reduce(
      (sum, { window }) => sum + window.aggregates.messageCount.value,
      0,
    )
  }

  get skewMs(): number {
    return this.state.skew.state.skewMs
  }
}

const other = { channel_id: '2', channel_login: 'other' }

test('counts every message of a broker whose clock is minutes slow, also the first ones', () => {
  const partition = new Partition(5 * minute)
  const outcomes = [1, 2, 3, 4].map((at) => partition.apply(message(start + at * 1000)))
  expect(outcomes).toEqual(['held', 'held', 'counted', 'counted'])
  expect(partition.settled).toEqual(['counted', 'counted', 'counted', 'counted'])
  expect(partition.messages).toBe(4)
  expect(partition.skewMs).toBe(5 * minute)
})

test('counts held ticks and moderation in order once a slow clock is known', () => {
  const partition = new Partition(hour)
  partition.apply(message(start + 1))
  partition.apply(tick(start + 2, start))
  partition.apply({ ...moderation(start + 3) })
  for (const at of [4, 5]) partition.apply(message(start + at))
  const [open] = [...partition.state.openWindows()]
  expect(open?.window.aggregates.coverage.ranges).toEqual([{ from: start, to: start + 2 }])
  expect(open?.window.aggregates.moderatedUsers.size).toBe(1)
  expect(partition.messages).toBe(3)
})

test('counts every message while the clock is corrected backward and forward', () => {
  const partition = new Partition()
  for (let at = 0; at < 10; at++) partition.apply(message(start + at * 1000))
  partition.behindMs = 25 * minute
  for (let at = 10; at < 20; at++) partition.apply(message(start + at * 1000))
  expect(partition.messages).toBe(20)
  partition.behindMs = -25 * minute
  for (let at = 20; at < 30; at++) partition.apply(message(start + at * 1000))
  expect(partition.messages).toBe(30)
  expect(partition.settled).toEqual(Array.from({ length: 30 }, () => 'counted'))
})

test('ends the skew after the clock was right for a minute and holds wrong times again', () => {
  const partition = new Partition(hour)
  for (let at = 0; at < 10; at++) partition.apply(message(start + at * 1000))
  partition.behindMs = 0
  for (let at = 10; at < 40; at++) partition.apply(message(start + at * 1000))
  expect(partition.skewMs).toBe(hour)
  for (let at = 40; at < 150; at++) partition.apply(message(start + at * 1000))
  expect(partition.skewMs).toBe(0)
  const wild = message(start + 150_000 + hour / 2)
  expect(partition.apply(wild, -hour / 2)).toBe('held')
})

test('keeps the skew when messages that waited for the broker arrive', () => {
  const partition = new Partition(5 * minute)
  for (let at = 0; at < 10; at++) partition.apply(message(start + at * 1000))
  // The broker was away: what waited for it looks as if its clock were right, or a little behind.
  for (let at = 0; at < 200; at++) partition.apply(message(start + at * 1000), 300_000 - at * 1000)
  for (let at = 0; at < 10; at++) {
    partition.apply(message(start + 300_000 + at * 1000))
    partition.apply(message(start + 200_000 + at * 1000, other), 100_000)
  }
  expect(partition.skewMs).toBe(5 * minute)
  expect(partition.settled).not.toContain('invalid_time')
})

test('counts a single wrong time as invalid and closes no window', () => {
  const partition = new Partition()
  for (let round = 0; round < 3; round++) {
    partition.apply(message(start + round * 1000))
    expect(partition.apply(message(start + hour), -hour)).toBe('held')
    for (let at = 1; at <= maxPassed; at++) partition.apply(message(start + round * 1000 + at))
  }
  expect(partition.state.takeFinals()).toEqual([])
  expect(partition.settled.filter((outcome) => outcome === 'invalid_time')).toHaveLength(3)
  expect(partition.messages).toBe(3 * (maxPassed + 1))
  const [open] = [...partition.state.openWindows()]
  expect(open?.window.aggregates.invalidTimeCount.value).toBe(3)
})

test('learns no skew from wrong times that do not agree', () => {
  const partition = new Partition()
  partition.apply(message(start))
  for (const hours of [1, 2, 3, 4, 5]) partition.apply(message(start + hours * hour), -hours * hour)
  expect(partition.skewMs).toBe(0)
  expect(partition.messages).toBe(1)
})

test('counts a time beyond any possible skew as invalid at once', () => {
  const partition = new Partition()
  partition.apply(message(start))
  const wild = [1, 2, 3].map(() => partition.apply(message(start + 10_000 * hour), -10_000 * hour))
  expect(wild).toEqual(['invalid_time', 'invalid_time', 'invalid_time'])
  expect(partition.skewMs).toBe(0)
})

test('learns no skew from ticks', () => {
  const partition = new Partition(hour)
  for (let at = 0; at < 10; at++) partition.apply(tick(start + at * 5000, start))
  expect(partition.skewMs).toBe(0)
})

test('bounds the held events by giving up the oldest', () => {
  const partition = new Partition(hour)
  for (let at = 0; at < maxHeld + 5; at++) partition.apply(tick(start + at * 5000, start))
  expect(partition.settled).toEqual(Array.from({ length: 5 }, () => 'invalid_time'))
  expect(partition.state.held.all).toHaveLength(maxHeld)
})

test('counts an event that was ahead once the clock reaches its time', () => {
  const partition = new Partition()
  expect(partition.apply(message(start + 2 * minute), -2 * minute)).toBe('held')
  partition.apply(message(start + minute))
  expect(partition.messages).toBe(2)
})

test('counts messages in their windows while the clock is ahead', () => {
  const partition = new Partition(-25 * minute)
  for (let at = 0; at < 20; at++) partition.apply(message(start + at * minute))
  expect(partition.state.takeFinals()).toMatchObject([{ window_start: start, message_count: 10 }])
  expect(partition.messages).toBe(10)
  expect(partition.skewMs).toBe(0)
})

test('closes silent channels in time after a backward correction', () => {
  const partition = new Partition(-hour)
  partition.apply(message(start))
  partition.behindMs = 0
  for (let at = 1; at <= 32; at++) partition.apply(message(start + at * (minute / 2), other))
  expect([...partition.state.channels.keys()]).toEqual(['2'])
})

test('advances a channel by ticks without a timestamp after a backward correction', () => {
  const partition = new Partition(-hour)
  partition.apply(message(start))
  for (let at = 1; at <= 12; at++) partition.state.apply(tick(null), BigInt(at), start + at * minute)
  expect(partition.state.takeFinals()).toMatchObject([{ window_start: start, message_count: 1 }])
})

test('takes the least lead of agreeing events as the skew', () => {
  const partition = new Partition(5 * minute)
  for (const lateMs of [0, 10_000, 5000]) partition.apply(message(start), lateMs)
  expect(partition.skewMs).toBe(5 * minute - 10_000)
  for (let at = 1; at < 300; at++) partition.apply(message(start + at * 1000), -30_000)
  expect(partition.skewMs).toBe(5 * minute - 10_000)
  expect(partition.settled).not.toContain('invalid_time')
})

test('lowers a skew that became smaller', () => {
  const partition = new Partition(hour)
  for (let at = 0; at < 10; at++) partition.apply(message(start + at * 1000))
  partition.behindMs = hour / 2
  for (let at = 10; at < 300; at++) partition.apply(message(start + at * 1000))
  expect(partition.skewMs).toBe(hour / 2)
  expect(partition.messages).toBe(300)
})

test('keeps the skew after few events, and after many that follow a silence', () => {
  const few = new Partition(hour)
  for (let at = 0; at < 3; at++) few.apply(message(start))
  few.behindMs = 0
  for (let at = 1; at < 20; at++) few.apply(message(start + at * minute))
  expect(few.skewMs).toBe(hour)
  few.apply(message(start + 20 * minute))
  expect(few.skewMs).toBe(0)

  const silent = new Partition(hour)
  for (let at = 0; at < 3; at++) silent.apply(message(start))
  silent.behindMs = 0
  for (let at = 0; at < 100; at++) silent.apply(message(start + hour + at * 100))
  expect(silent.skewMs).toBe(hour)
})

test('keeps the greatest append time after a backward correction', () => {
  const partition = new Partition()
  partition.apply(message(start))
  partition.behindMs = hour
  partition.apply(message(start + 1000))
  partition.state.skip(5n, start - minute)
  expect(partition.state.clock).toMatchObject({ lastAppendMs: start, nowMs: start + 1000 - hour })
  partition.state.skip(6n, start + minute)
  expect(partition.state.clock.lastAppendMs).toBe(start + minute)
})
