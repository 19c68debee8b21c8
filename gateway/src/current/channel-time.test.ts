import { describe, expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { statsFixture } from '../stats.fixture.ts'
import { ChannelTime } from './channel-time.ts'

const minuteMs = 60_000
/** Twitch's time when the monotonic clock is at 0. */
const twitchMs = 1_700_000_000_000

/** What is learned from frames, at a monotonic clock that a test moves. */
function learning() {
  let nowMs = 0
  const time = new ChannelTime(() => nowMs)
  return {
    time,
    pass: (ms: number) => void (nowMs += ms),
    /** A frame arrives whose newest message was written `ageMs` ago. */
    arrives(channel: string, ageMs: number, given: Partial<ChannelStats> = {}) {
      const last_message_at = twitchMs + nowMs - ageMs
      time.learn(statsFixture({ channel_id: channel, last_message_at, ...given }))
    },
    /** How far the time of the channel is ahead of Twitch's. */
    aheadMs: (channel: string, fallbackMs = 0) => time.at(channel, fallbackMs) - (twitchMs + nowMs),
  }
}

describe('channel time', () => {
  test('is the fallback before the first frame', () => {
    const { time, arrives } = learning()
    expect(time.at('900', 77)).toBe(77)
    arrives('900', 0, { last_message_at: null, coverage: [] })
    arrives('900', 0, { final: true })
    expect(time.at('900', 77)).toBe(77)
  })

  test('follows its frames and continues without them, whatever the clock of the machine says', () => {
    const { arrives, pass, aheadMs } = learning()
    arrives('900', 100)
    pass(25 * minuteMs)
    expect(aheadMs('900', 5)).toBe(-100)
  })

  test('is learned from coverage, too', () => {
    const { arrives, aheadMs } = learning()
    const coverage = [
      { from: twitchMs - 9000, to: twitchMs - 8000 },
      { from: twitchMs - 7000, to: twitchMs - 50 },
    ]
    arrives('900', 6000, { coverage })
    expect(aheadMs('900')).toBe(-50)
  })

  test('does not go back for a late frame', () => {
    const { arrives, pass, aheadMs } = learning()
    arrives('900', 100)
    pass(minuteMs)
    arrives('900', 8 * minuteMs)
    pass(5 * minuteMs)
    arrives('900', 8 * minuteMs)
    expect(aheadMs('900')).toBe(-100)
  })

  test('follows a clock of Twitch that was set back, after ten minutes', () => {
    const { arrives, pass, aheadMs } = learning()
    arrives('900', -20 * minuteMs)
    for (let minute = 0; minute < 10; minute++) {
      pass(minuteMs)
      arrives('900', 100)
    }
    expect(aheadMs('900')).toBe(-100)
  })

  test('forgets old offsets when a frame arrives after a pause', () => {
    const { arrives, pass, aheadMs } = learning()
    arrives('900', -20 * minuteMs)
    pass(60 * minuteMs)
    arrives('900', 100)
    expect(aheadMs('900')).toBe(-100)
  })

  test('is the median of the others without own frames, so an outlier does not count', () => {
    const { arrives, aheadMs } = learning()
    arrives('1', 200)
    arrives('2', -500 * minuteMs)
    arrives('3', 100)
    arrives('4', 900 * minuteMs)
    arrives('5', 300)
    expect(aheadMs('900')).toBe(-200)
  })

  test('prefers own frames to those of other channels', () => {
    const { arrives, aheadMs } = learning()
    arrives('replayed', twitchMs - 5000)
    arrives('1', 200)
    arrives('2', 100)
    expect(aheadMs('replayed')).toBe(5000 - twitchMs)
    expect(aheadMs('900')).toBe(-200)
  })

  test.each([
    [-500 * minuteMs, -100],
    [900 * minuteMs, -100],
  ])('is, of two others, that of the one nearer to the machine’s clock: %i', (wildMs, aheadOfTwitchMs) => {
    const { arrives, aheadMs } = learning()
    arrives('1', wildMs)
    arrives('2', 100)
    expect(aheadMs('900', twitchMs + 25 * minuteMs)).toBe(aheadOfTwitchMs)
  })

  test('is estimated from the channels with the most recent frames', () => {
    const { arrives, aheadMs } = learning()
    arrives('again', 5000)
    for (let channel = 0; channel < 99; channel++) arrives(`${channel}`, 50 * minuteMs)
    arrives('again', 5000)
    for (let channel = 100; channel < 199; channel++) arrives(`${channel}`, 100)
    expect(aheadMs('0')).toBe(-100)
    expect(aheadMs('again')).toBe(-5000)
    arrives('199', 100)
    expect(aheadMs('again')).toBe(-100)
  })
})
