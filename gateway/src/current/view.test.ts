import { describe, expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { ChannelStatusRecord } from '@chat-battle/contracts/records/channel-status'
import { windowMs } from '@chat-battle/contracts/window'
import type { RequestRefused } from '../refusal.ts'
import { Channels } from './channels.ts'
import { statsFixture } from '../stats.fixture.ts'
import { StatsView } from './stats-view.ts'
import { StatusView } from '../directory/status-view.ts'
import { statusFixture as status } from './status.fixture.ts'

describe('StatsView', () => {
  test('keeps the greatest revision of a window, and a final frame before any other', () => {
    const view = new StatsView(undefined, 100)
    const frames: [Partial<ChannelStats>, string][] = [
      [{ revision: 5 }, 'current'],
      [{ revision: 4 }, 'none'],
      [{ revision: 5 }, 'none'],
      [{ revision: 9, window_start: windowMs }, 'current'],
      [{ revision: 10 }, 'past'],
      [{ revision: 8, final: true }, 'closed'],
      [{ revision: 99 }, 'none'],
    ]
    for (const [given, change] of frames) expect(view.apply(statsFixture(given))).toBe(change)
    expect(view.current('1001')).toMatchObject({ window_start: windowMs, revision: 9 })
    expect(view.window('1001', 0)).toMatchObject({ revision: 8, final: true })
  })

  test('keeps the newest windows per channel, and in total those of the channels with the newest frames', () => {
    const view = new StatsView(undefined, 30)
    for (let index = 0; index < 100; index++)
      view.apply(statsFixture({ window_start: index * windowMs, revision: index }))
    expect(view.windowCount).toBe(24)
    expect(view.current('1001')?.revision).toBe(99)
    for (let index = 0; index < 1000; index++)
      view.apply(statsFixture({ channel_id: `${index}`, channel_login: `c${index}` }))
    expect(view.windowCount).toBeLessThanOrEqual(30)
    expect(view.current('999')).toBeDefined()
    expect(view.current('0')).toBeUndefined()
  })

  test('counts each window once, and ignores windows older than all that it keeps', () => {
    const view = new StatsView(undefined, 100)
    for (let index = 1; index <= 24; index++)
      for (const revision of [1, 2]) view.apply(statsFixture({ window_start: index * windowMs, revision }))
    expect(view.windowCount).toBe(24)
    expect(view.apply(statsFixture({ window_start: 0 }))).toBe('none')
    expect(view.windowCount).toBe(24)
    expect(view.apply(statsFixture({ window_start: 25 * windowMs }))).toBe('current')
    expect(view.windowCount).toBe(24)
    expect(view.window('1001', windowMs)).toBeUndefined()
  })

  test('evicts the channel with the oldest last frame if all are joined', () => {
    const view = new StatsView(() => true, 3)
    for (const channel_id of ['1', '2', '3']) view.apply(statsFixture({ channel_id }))
    view.apply(statsFixture({ channel_id: '1', revision: 2 }))
    view.apply(statsFixture({ channel_id: '4' }))
    expect(['1', '2', '3', '4'].filter((id) => view.current(id) !== undefined)).toEqual(['1', '3', '4'])
  })

  test('keeps a joined channel rather than channels that are not joined', () => {
    const view = new StatsView((channelId) => channelId === '1001', 30)
    view.apply(statsFixture({ window_start: 0, final: true }))
    view.apply(statsFixture({ window_start: windowMs }))
    for (let index = 0; index < 1000; index++)
      view.apply(statsFixture({ channel_id: `${index}`, channel_login: `c${index}` }))
    expect(view.windowCount).toBeLessThanOrEqual(30)
    expect(view.window('1001', 0)?.final).toBe(true)
  })
})

describe('StatusView', () => {
  test('ignores a record of an older epoch', () => {
    const view = new StatusView(10)
    view.apply(status({ epoch: 2 }))
    expect(view.apply(status({ epoch: 1, state: 'reconnecting' }))).toBeUndefined()
    expect(view.get('arena')?.state).toBe('joined')
    expect(view.apply(status({ epoch: 2, heard_until: 7 }))).toBeUndefined()
    expect(view.apply(status({ epoch: 2, state: 'reconnecting' }))).toMatchObject({ state: 'reconnecting' })
  })

  test('forgets a channel whose record is deleted, and returns `parted`', () => {
    const view = new StatusView(10)
    view.apply(status({ state: 'not_found', epoch: 9 }))
    expect(view.forget('arena', 70)).toMatchObject({ channel_login: 'arena', state: 'parted', since: 70 })
    expect(view.get('arena')).toBeUndefined()
    expect(view.loginOf('1001')).toBeUndefined()
    expect(view.forget('arena', 71)).toBeUndefined()
    expect(view.apply(status({ epoch: 1 }))).toMatchObject({ state: 'joined' })
  })

  test.each(['joined', 'reconnecting'] as const)(
    'keeps a channel that is %s rather than channels that are not joined',
    (state) => {
      const view = new StatusView(3)
      view.apply(status({ state }))
      for (let index = 0; index < 10; index++)
        view.apply(status({ channel_login: `c${index}`, state: 'not_found', channel_id: null }))
      expect(view.monitored().map(({ channel_login }) => channel_login)).toEqual(['arena', 'c8', 'c9'])
    },
  )

  test('evicts the channel with the oldest record first', () => {
    const view = new StatusView(2)
    for (const channel_login of ['a', 'b', 'a', 'c'])
      view.apply(status({ channel_login, state: 'not_found' }))
    expect(['a', 'b', 'c'].map((login) => view.get(login)?.state)).toEqual([
      'not_found',
      undefined,
      'not_found',
    ])
  })

  test('does not list a parted channel, and returns no change when its record is deleted', () => {
    const view = new StatusView(10)
    for (const channel_login of ['c', 'a', 'b']) view.apply(status({ channel_login }))
    view.apply(status({ channel_login: 'a', state: 'parted' }))
    expect(view.monitored().map(({ channel_login }) => channel_login)).toEqual(['b', 'c'])
    expect(view.forget('a', 70)).toBeUndefined()
  })
})

describe('clock skew', () => {
  test('is the greatest in either direction that a joined channel reports', () => {
    const view = new StatusView(10)
    const report = (channel_login: string, clock_skew_ms: number | null, given = {}) =>
      view.apply(status({ channel_login, clock_skew_ms, ...given }))
    report('a', null)
    expect(view.clockSkewMs()).toBeNull()
    report('b', 40_000)
    report('c', -300_000)
    report('d', 200_000)
    report('e', 900_000, { state: 'parted' })
    expect(view.clockSkewMs()).toBe(-300_000)
  })
})

describe('a channel', () => {
  const now = 5 * windowMs + 1
  function channels(record?: ChannelStatusRecord, stats?: ChannelStats) {
    const statsView = new StatsView(undefined, 10)
    const statusView = new StatusView(10)
    if (record !== undefined) statusView.apply(record)
    if (stats !== undefined) statsView.apply(stats)
    return new Channels(statsView, statusView, () => now)
  }
  const refusal = (act: () => unknown) => {
    try {
      act()
    } catch (error) {
      return (error as RequestRefused).kind
    }
    return undefined
  }

  test.each(['', 'a b', 'x'.repeat(26), '../etc', 'ünï', 'a\u0000'])('refuses %o as a name', (name) => {
    expect(refusal(() => channels().resolve(name))).toBe('malformed_channel')
  })

  test('has zeros while it is joined and silent', () => {
    expect(channels(status()).stats('arena', undefined)).toMatchObject({
      channel_id: '1001',
      message_count: 0,
      window_start: 5 * windowMs,
      revision: 0,
    })
  })

  test('shows messages of an open window even if the clock of this machine is an hour ahead', () => {
    const open = statsFixture({ window_start: 0, message_count: 20 })
    expect(channels(status(), open).current('arena')).toMatchObject({ window_start: 0, message_count: 20 })
  })

  test('shows its final window until that ends by channel time', () => {
    const closedEarly = statsFixture({ window_start: 5 * windowMs, final: true, message_count: 20 })
    expect(channels(status(), closedEarly).current('arena')?.message_count).toBe(20)
  })

  test('shows its last window while it is joined again, or zeros without coverage', () => {
    const known = statsFixture({ window_start: windowMs, message_count: 3 })
    const again = status({ state: 'reconnecting' })
    expect(channels(again, known).stats('arena', undefined).message_count).toBe(3)
    expect(channels(again).current('arena')).toBeNull()
    expect(channels(again).stats('arena', undefined)).toMatchObject({ message_count: 0, coverage: [] })
  })

  test('is not monitored once it is parted', () => {
    expect(() => channels(status({ state: 'parted' })).stats('arena', undefined)).toThrow('POST')
  })

  test('is monitored until it is parted, whatever its state', () => {
    const isMonitored = (record?: ChannelStatusRecord) => channels(record).isMonitored('arena')
    expect(isMonitored()).toBe(false)
    expect(isMonitored(status({ state: 'parted' }))).toBe(false)
    expect(isMonitored(status({ state: 'not_found' }))).toBe(true)
    expect(isMonitored(status())).toBe(true)
  })

  test('is `joining` since a whole millisecond if it has no status', () => {
    const view = new Channels(new StatsView(undefined, 10), new StatusView(10), () => 5.7)
    expect(view.status('arena')).toMatchObject({ state: 'joining', channel_id: null, since: 5 })
  })

  test('uses its own time, and the skew of its status', () => {
    const statusView = new StatusView(10)
    statusView.apply(status({ clock_skew_ms: -2 * windowMs }))
    const now = (id: string, skewMs: number) => (id === '1001' ? 9 * windowMs + skewMs : 0)
    const current = new Channels(new StatsView(undefined, 10), statusView, now).current('arena')
    expect(current?.window_start).toBe(7 * windowMs)
  })

  test('is covered in the current window while it is silent', () => {
    const silent = channels(status({ since: windowMs })).current('arena')
    expect(silent?.coverage).toEqual([{ from: 5 * windowMs, to: now }])
  })

  test('shows zeros after its last window closed, and an open window while that is open', () => {
    const closed = statsFixture({ window_start: 0, window_end: windowMs, final: true, message_count: 3 })
    expect(channels(status(), closed).current('arena')).toMatchObject({
      window_start: 5 * windowMs,
      message_count: 0,
    })
    expect(channels(status(), { ...closed, final: false }).current('arena')?.message_count).toBe(3)
    expect(channels(status({ state: 'reconnecting' }), closed).current('arena')?.message_count).toBe(3)
  })

  test.each([
    [undefined, 'channel_not_monitored'],
    [status({ state: 'parted' }), 'channel_not_monitored'],
    [status({ state: 'joining', channel_id: null }), 'channel_not_monitored'],
    [status({ state: 'joining' }), 'channel_not_monitored'],
    [status({ state: 'not_found', channel_id: null }), 'channel_not_found'],
    [status({ state: 'suspended', channel_id: null }), 'channel_suspended'],
    [status({ state: 'banned' }), 'channel_banned'],
    [status({ state: 'limit_reached' }), 'channel_limit_reached'],
  ])('%o is refused with %s', (record, kind) => {
    expect(refusal(() => channels(record).stats('arena', undefined))).toBe(kind)
  })

  test('has earlier windows by their start', () => {
    const known = channels(status(), statsFixture({ window_start: windowMs, message_count: 3 }))
    expect(known.stats('arena', windowMs).message_count).toBe(3)
    expect(known.stats('arena', undefined).message_count).toBe(3)
    expect(refusal(() => known.stats('arena', 0))).toBe('window_not_found')
  })
})
