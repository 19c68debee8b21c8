import { describe, expect, test } from 'vitest'
import type { DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import type { Health } from '@chat-battle/contracts/rest/routes/get-health'
import { statusFixture } from '../../channel/status.fixture.ts'
import {
  byStanding,
  channelStanding,
  deadLetterStanding,
  healthStanding,
  setStanding,
  worst,
  type Standing,
} from './standing.ts'

const minuteMs = 60_000
const nowMs = 1_000_000_000

test('the worst of nothing is nothing', () => {
  expect([
    worst([]),
    worst(['good', 'none']),
    worst(['late', 'good']),
    worst(['late', 'away', 'good']),
  ]).toEqual(['none', 'good', 'late', 'away'])
})

test.each<[Health['status'], number, Standing]>([
  ['ok', 1000, 'good'],
  ['ok', 1001, 'late'],
  ['degraded', 0, 'late'],
  ['starting', 0, 'away'],
  ['stopping', 0, 'away'],
])('a gateway that is %s with %i records to read is %s', (status, lag, expected) => {
  const cache = { channels: 0, windows: 0, age_ms: null }
  expect(healthStanding({ status, kafka: { connected: true, lag }, cache, clock_skew_ms: null })).toBe(
    expected,
  )
})

describe('a channel', () => {
  const gap = (to: number) => [{ from: 0, to, reason: 'ingest_down' }]

  test.each([
    ['is good where it is joined', { state: 'joined' }, 'good'],
    ['needs a look after a gap', { state: 'joined', gaps: gap(nowMs - 10 * minuteMs + 1) }, 'late'],
    ['is good ten minutes after a gap', { state: 'joined', gaps: gap(nowMs - 10 * minuteMs) }, 'good'],
    ['needs a look while it is joined again', { state: 'reconnecting' }, 'late'],
    ['is out of order where Twitch refuses the account', { state: 'banned' }, 'away'],
    ['is out of order above the limit', { state: 'limit_reached' }, 'away'],
    ['is no matter where Twitch has none', { state: 'not_found' }, 'none'],
  ] as const)('%s', (_, given, expected) => {
    const status = statusFixture({ ...given, gaps: 'gaps' in given ? given.gaps : [] })
    expect(channelStanding(status, nowMs)).toBe(expected)
  })
})

test('an emote set needs a look after a missed refresh, and is out of order after many', () => {
  expect([14, 15, 119, 120].map((minutes) => setStanding(minutes * minuteMs))).toEqual([
    'good',
    'late',
    'late',
    'away',
  ])
})

test('a dead letter needs a look for a day', () => {
  const letter = (passed_over_at: number) => ({ passed_over_at }) as DeadLetter
  const dayMs = 24 * 60 * minuteMs
  expect(deadLetterStanding(letter(nowMs - dayMs + 1), nowMs)).toBe('late')
  expect(deadLetterStanding(letter(nowMs - dayMs), nowMs)).toBe('none')
})

test('lists the worst first, and those of equal standing in their order', () => {
  const items: [string, Standing][] = [
    ['a', 'good'],
    ['b', 'away'],
    ['c', 'none'],
    ['d', 'away'],
  ]
  expect(byStanding(items, ([, standing]) => standing).map(([name]) => name)).toEqual(['b', 'd', 'a', 'c'])
})
