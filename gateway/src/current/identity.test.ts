import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { windowMs } from '@chat-battle/contracts/window'
import { statsFixture } from '../stats.fixture.ts'
import { Channels } from './channels.ts'
import { StatsView } from './stats-view.ts'
import { StatusView } from '../directory/status-view.ts'
import { statusFixture } from './status.fixture.ts'

let statsView: StatsView
let statusView: StatusView
let channels: Channels

beforeEach(() => {
  statsView = new StatsView((channelId) => statusView.loginOf(channelId) !== undefined, 100)
  statusView = new StatusView(100)
  channels = new Channels(statsView, statusView, () => windowMs + 1)
})

const status = (channel_login: string, channel_id: string | null, given: Partial<ChannelStatusRecord> = {}) =>
  statusView.apply(statusFixture({ channel_login, channel_id, ...given }))
/** A frame of the open window. */
const frame = (channel_id: string, channel_login: string, revision: number) => {
  const stats = statsFixture({
    channel_id,
    channel_login,
    revision,
    message_count: revision,
    window_start: windowMs,
  })
  statsView.apply(stats)
  return channels.framesFor(stats).map(({ channel_login: to, message_count }) => [to, message_count])
}
const shown = (name: string) => {
  const { channel_login, channel_id, message_count } = channels.stats(channels.resolve(name), undefined)
  return [channel_login, channel_id, message_count]
}
const refused = (kind: string) => expect.objectContaining({ kind }) as Error

describe('a channel', () => {
  test('is found by its login in any case and by its id', () => {
    status('arena', '900')
    expect(channels.resolve(' #ArenA')).toBe('arena')
    expect(channels.resolve('900')).toBe('arena')
    expect(channels.resolve('#900')).toBe('arena')
  })

  test('is found by a login of digits, unless these digits are a known id', () => {
    expect(channels.resolve('900')).toBe('900')
    status('arena', '900')
    status('900', '7')
    expect(channels.resolve('900')).toBe('arena')
    expect(channels.resolve('@900')).toBe('900')
    expect(channels.resolve('7')).toBe('900')
  })

  test.each(['joining', 'parted', 'not_found', 'suspended', 'banned', 'limit_reached'] as const)(
    'that is %s is not found by the id that it had',
    (state) => {
      status('arena', '900')
      frame('900', 'arena', 5)
      status('arena', '900', { state })
      expect(channels.resolve('900')).toBe('900')
      expect(channels.current('arena')).toBeNull()
      expect(frame('900', 'arena', 6)).toEqual([])
    },
  )

  test('is still found by its id while it is joined again', () => {
    status('arena', '900')
    frame('900', 'arena', 5)
    status('arena', '900', { state: 'reconnecting', since: 9 })
    expect(shown('900')).toEqual(['arena', '900', 5])
    expect(frame('900', 'arena', 6)).toEqual([['arena', 6]])
  })

  test('is not found by its id after its status was deleted or evicted', () => {
    status('arena', '900', { state: 'not_found' })
    status('arena', '900')
    statusView.forget('arena', 5)
    expect(channels.resolve('900')).toBe('900')
  })
})

describe('a renamed channel', () => {
  /** As the statuses of a rename come, in either order: each is a record of another partition. */
  const records: [string, () => void][] = [
    ['the new login is joined', () => status('newname', '900', { since: 50 })],
    ['the old one is not there', () => status('oldname', '900', { state: 'not_found', since: 60 })],
  ]

  test.each([
    ['new login first', records],
    ['old login first', records.toReversed()],
  ])('has the figures under its new login and its id: %s', (_, order) => {
    status('oldname', '900', { since: 10 })
    frame('900', 'oldname', 5)
    for (const [, apply] of order) apply()
    expect(shown('newname')).toEqual(['newname', '900', 5])
    expect(shown('900')).toEqual(['newname', '900', 5])
    expect(() => shown('oldname')).toThrow(refused('channel_not_found'))
    // What the old login was in still arrives.
    expect(frame('900', 'oldname', 6)).toEqual([['newname', 6]])
    expect(shown('newname')).toEqual(['newname', '900', 6])
    expect(channels.stats('newname', windowMs).channel_login).toBe('newname')
    expect(channels.current('newname')?.channel_login).toBe('newname')
  })

  test('has both logins while both are joined, and its id leads to the one that was joined last', () => {
    status('newname', '900', { since: 50 })
    status('oldname', '900', { since: 10 })
    status('oldname', '900', { since: 10, gaps: [{ from: 1, to: 2, reason: 'x' }] })
    expect(frame('900', 'oldname', 5).toSorted()).toEqual([
      ['newname', 5],
      ['oldname', 5],
    ])
    expect(shown('oldname')).toEqual(['oldname', '900', 5])
    expect(shown('900')).toEqual(['newname', '900', 5])
  })

  test('is the login that was reported last if both were joined at the same time', () => {
    status('newname', '900')
    status('oldname', '900', { state: 'joining' })
    status('oldname', '900')
    status('newname', '900', { gaps: [{ from: 1, to: 2, reason: 'x' }] })
    expect(channels.resolve('900')).toBe('oldname')
  })

  test.each([
    ['in the order of their joins', 10, 50],
    ['against it', 50, 10],
  ])('whose logins are both joined again is led to as before: %s', (_, oldSince, newSince) => {
    status('oldname', '900', { since: oldSince })
    status('newname', '900', { since: newSince })
    const before = channels.resolve('900')
    status('newname', '900', { since: newSince + 100, state: 'reconnecting' })
    expect(channels.resolve('900')).toBe(before)
    status('oldname', '900', { since: oldSince + 100, state: 'reconnecting' })
    expect(channels.resolve('900')).toBe(before)
  })

  test('ignores joins of its login with another id', () => {
    status('oldname', '900', { since: 50 })
    status('newname', '901', { since: 90 })
    status('newname', '900', { since: 95, state: 'reconnecting' })
    expect(channels.resolve('900')).toBe('oldname')
  })

  test('compares epochs if the times of the joins are unknown', () => {
    status('oldname', '900', { state: 'reconnecting', epoch: 3 })
    status('newname', '900', { state: 'reconnecting', epoch: 2 })
    expect(channels.resolve('900')).toBe('oldname')
  })

  test('keeps its windows whichever login its frames had', () => {
    statsView = new StatsView((channelId) => statusView.loginOf(channelId) !== undefined, 30)
    channels = new Channels(statsView, statusView, () => windowMs + 1)
    frame('900', 'oldname', 5)
    status('newname', '900')
    for (let index = 0; index < 100; index++) frame(`${index}`, `c${index}`, 1)
    expect(shown('newname')).toEqual(['newname', '900', 5])
  })
})

describe('a login that was given to another account', () => {
  beforeEach(() => {
    status('taken', '900', { since: 10 })
    frame('900', 'taken', 5)
    status('taken', '901', { since: 50 })
  })

  test('has the figures of its new account, and the old id leads nowhere', () => {
    expect(shown('taken')).toEqual(['taken', '901', 0])
    expect(frame('901', 'taken', 2)).toEqual([['taken', 2]])
    expect(shown('taken')).toEqual(['taken', '901', 2])
    expect(shown('901')).toEqual(['taken', '901', 2])
    expect(channels.resolve('900')).toBe('900')
    expect(() => shown('900')).toThrow(refused('channel_not_monitored'))
    // A late frame of the old account names the login that it had.
    expect(frame('900', 'taken', 6)).toEqual([])
    expect(shown('taken')).toEqual(['taken', '901', 2])
  })

  test('leaves the old account with its new login', () => {
    status('moved', '900', { since: 60 })
    expect(shown('moved')).toEqual(['moved', '900', 5])
    expect(shown('900')).toEqual(['moved', '900', 5])
    expect(shown('901')).toEqual(['taken', '901', 0])
  })

  test('does not change the id of the other account when it is left', () => {
    status('moved', '901', { since: 60 })
    statusView.forget('taken', 70)
    expect(channels.resolve('901')).toBe('moved')
    status('taken', '900', { state: 'not_found', since: 80, epoch: 2 })
    expect(channels.resolve('901')).toBe('moved')
  })

  test('is not changed by a record of an older epoch', () => {
    status('taken', '901', { epoch: 5, since: 60 })
    status('taken', '900', { epoch: 4, since: 70 })
    expect(channels.resolve('900')).toBe('900')
    expect(channels.resolve('901')).toBe('taken')
  })
})

test('an answer has its login and the id that its join reported, in any order of records', () => {
  const logins = ['ann', 'bob', '901']
  const ids = ['900', '901', '902']
  const record = fc.record({
    channel_login: fc.constantFrom(...logins),
    channel_id: fc.option(fc.constantFrom(...ids)),
    state: fc.constantFrom('joined', 'joined', 'reconnecting', 'joining', 'not_found', 'parted'),
    since: fc.nat(50),
    epoch: fc.nat(2),
  })
  const stats = fc.record({
    channel_id: fc.constantFrom(...ids),
    channel_login: fc.constantFrom(...logins),
    revision: fc.integer({ min: 1, max: 50 }),
    window_start: fc.constantFrom(0, windowMs),
  })
  const deleted = fc.record({ deleted: fc.constantFrom(...logins) })
  const holds = fc.property(fc.array(fc.oneof(record, stats, deleted), { maxLength: 25 }), (records) => {
    statsView = new StatsView((channelId) => statusView.loginOf(channelId) !== undefined, 4)
    statusView = new StatusView(2)
    channels = new Channels(statsView, statusView, () => windowMs + 1)
    for (const given of records) {
      if ('deleted' in given) statusView.forget(given.deleted, 1)
      else if ('state' in given) statusView.apply(statusFixture(given as Partial<ChannelStatusRecord>))
      else {
        for (const { channel_login: login, channel_id: id } of channels.framesFor(statsFixture(given)))
          expect(statusView.get(login)?.channel_id).toBe(id)
        statsView.apply(statsFixture(given))
      }
      for (const login of logins) expectTrue(login)
      for (const id of ids) expectLedTo(id)
    }
  })
  fc.assert(holds, { seed: 1_700_000_400, numRuns: 500 })

  function expectTrue(login: string): void {
    const known = statusView.get(login)
    const current = channels.current(login)
    expect(channels.resolve(`@${login}`)).toBe(login)
    expect(channels.status(login).channel_login).toBe(login)
    if (current === null) return
    expect(known?.state).toMatch(/^(joined|reconnecting)$/)
    expect(current).toMatchObject({ channel_login: login, channel_id: known?.channel_id })
  }

  function expectLedTo(id: string): void {
    const joined = logins.filter((login) => statusView.idOf(login) === id)
    const login = statusView.loginOf(id)
    if (joined.length === 0) expect(login).toBeUndefined()
    else expect(joined).toContain(login)
    const sinceOf = (of: string) => statusView.get(of)?.since ?? 0
    const areJoined = joined.every((login) => statusView.get(login)?.state === 'joined')
    if (areJoined && login !== undefined) expect(sinceOf(login)).toBe(Math.max(...joined.map(sinceOf)))
    expect(channels.resolve(id)).toBe(login ?? id)
  }
})
