import { describe, expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/channel-stats'
import type { ChannelStatusRecord } from '@chat-battle/contracts/channel-status'
import { windowMs } from '@chat-battle/contracts/window'
import type { RequestRefused } from './channels.ts'
import { createChannels } from './channels.ts'
import { statsFixture } from '../stats.fixture.ts'
import { StatsView } from './stats-view.ts'
import { StatusView } from './status-view.ts'

function status(given: Partial<ChannelStatusRecord> = {}): ChannelStatusRecord {
  return {
    channel_login: 'arena',
    channel_id: '1001',
    state: 'joined',
    since: 1,
    gaps: [],
    clock_skew_ms: null,
    ingest: 'a',
    epoch: 1,
    heard_until: null,
    ...given,
  }
}

describe('the statistics', () => {
  test('keep the greatest revision of a window, and a final frame above all', () => {
    const view = new StatsView(100)
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

  test('stay bounded: by channel the newest windows, in all the channels last heard', () => {
    const view = new StatsView(30)
    for (let index = 0; index < 100; index++)
      view.apply(statsFixture({ window_start: index * windowMs, revision: index }))
    expect(view.windowCount).toBe(24)
    expect(view.current('1001')?.revision).toBe(99)
    for (let index = 0; index < 1000; index++)
      view.apply(statsFixture({ channel_id: `${index}`, channel_login: `c${index}` }))
    expect(view.windowCount).toBeLessThanOrEqual(30)
    expect(view.current('999')).toBeDefined()
    expect(view.idOf('c0')).toBeUndefined()
  })

  test('of a channel that is listened to outlast those of any number that are not', () => {
    const view = new StatsView(30, (login) => login === 'arena')
    view.apply(statsFixture({ window_start: 0, final: true }))
    view.apply(statsFixture({ window_start: windowMs }))
    for (let index = 0; index < 1000; index++)
      view.apply(statsFixture({ channel_id: `${index}`, channel_login: `c${index}` }))
    expect(view.windowCount).toBeLessThanOrEqual(30)
    expect(view.window('1001', 0)?.final).toBe(true)
  })
})

describe('a status', () => {
  test('of an older epoch is ignored', () => {
    const view = new StatusView(10)
    view.apply(status({ epoch: 2 }))
    expect(view.apply(status({ epoch: 1, state: 'reconnecting' }))).toBeUndefined()
    expect(view.get('arena')?.state).toBe('joined')
    expect(view.apply(status({ epoch: 2, heard_until: 7 }))).toBeUndefined()
    expect(view.apply(status({ epoch: 2, state: 'reconnecting' }))).toMatchObject({ state: 'reconnecting' })
  })

  test('is forgotten when its record is deleted, which is to be parted', () => {
    const view = new StatusView(10)
    view.apply(status({ state: 'not_found', epoch: 9 }))
    expect(view.forget('arena', 70)).toMatchObject({ channel_login: 'arena', state: 'parted', since: 70 })
    expect(view.get('arena')).toBeUndefined()
    expect(view.loginOf('1001')).toBeUndefined()
    expect(view.forget('arena', 71)).toBeUndefined()
    expect(view.apply(status({ epoch: 1 }))).toMatchObject({ state: 'joined' })
  })

  test('is bounded, and what is listened to is kept', () => {
    const view = new StatusView(3)
    view.apply(status())
    for (let index = 0; index < 10; index++)
      view.apply(status({ channel_login: `c${index}`, state: 'not_found', channel_id: null }))
    expect(view.monitored().map(({ channel_login }) => channel_login)).toEqual(['arena', 'c8', 'c9'])
  })
})

describe('a channel', () => {
  const now = 5 * windowMs + 1
  function channels(record?: ChannelStatusRecord, stats?: ChannelStats) {
    const statsView = new StatsView(10)
    const statusView = new StatusView(10)
    if (record !== undefined) statusView.apply(record)
    if (stats !== undefined) statsView.apply(stats)
    return createChannels(statsView, statusView, () => now)
  }
  const refusal = (act: () => unknown) => {
    try {
      act()
    } catch (error) {
      return (error as RequestRefused).kind
    }
    return undefined
  }

  test('is found by login in any case, and by a known id before a login of digits', () => {
    expect(channels(status()).resolve(' #ArenA')).toBe('arena')
    expect(channels(status()).resolve('1001')).toBe('arena')
    expect(channels().resolve('1001')).toBe('1001')
    for (const name of ['', 'a b', 'x'.repeat(26), '../etc', 'ünï', 'a\u0000']) {
      expect(refusal(() => channels().resolve(name))).toBe('malformed_channel')
    }
  })

  test('that was joined and is silent has zeros', () => {
    expect(channels(status()).stats('arena', undefined)).toMatchObject({
      channel_id: '1001',
      message_count: 0,
      window_start: 5 * windowMs,
      revision: 0,
    })
  })

  test('that was silent since its last window closed has zeros, and an open window for as long as it is open', () => {
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
    [status({ state: 'not_found', channel_id: null }), 'channel_not_found'],
    [status({ state: 'suspended', channel_id: null }), 'channel_suspended'],
  ])('%o is refused with %s', (record, kind) => {
    expect(refusal(() => channels(record).stats('arena', undefined))).toBe(kind)
  })

  test('has its windows by their start', () => {
    const known = channels(status(), statsFixture({ window_start: windowMs, message_count: 3 }))
    expect(known.stats('arena', windowMs).message_count).toBe(3)
    expect(known.stats('arena', undefined).message_count).toBe(3)
    expect(refusal(() => known.stats('arena', 0))).toBe('window_not_found')
  })
})
