import { describe, expect, test } from 'vitest'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { lacksFinal, lacksPrevious, mergeFrame, type Frames } from './merge-frame.ts'

function frame(window: number, revision: number, given: Partial<ChannelStats> = {}): ChannelStats {
  return { ...emptyStats('1', 'arena', window * windowMs), revision, ...given }
}
const final = { final: true }
const silent = (window: number, coveredMs?: number) =>
  frame(window, 0, {
    coverage: coveredMs === undefined ? [] : [{ from: window * windowMs, to: window * windowMs + coveredMs }],
  })

const merged = (frames: readonly ChannelStats[]) =>
  frames.reduce<Frames>((known, next) => mergeFrame(known, next), { current: null, previous: null })

/** `window:revision`, with `!` where it is final. */
const shown = (stats: ChannelStats | null) =>
  stats === null ? null : `${stats.window_start / windowMs}:${stats.revision}${stats.final ? '!' : ''}`

describe('real frames', () => {
  test.each<[string, ChannelStats[], current: string, previous: string | null]>([
    ['take the greater revision of a window', [frame(0, 5), frame(0, 6)], '0:6', null],
    ['ignore a smaller revision of the window', [frame(0, 5), frame(0, 4)], '0:5', null],
    ['ignore the same revision', [frame(0, 5), frame(0, 5, { bits: 9 })], '0:5', null],
    ['take a final frame of any revision', [frame(0, 5), frame(0, 3, final)], '0:3!', null],
    ['ignore frames after the final one', [frame(0, 5, final), frame(0, 99)], '0:5!', null],
    ['take a final frame that replaces one', [frame(0, 5, final), frame(0, 6, final)], '0:6!', null],
    ['ignore a final frame that was replaced', [frame(0, 6, final), frame(0, 5, final)], '0:6!', null],
    ['take a later window as the current one', [frame(0, 9), frame(1, 3)], '1:3', '0:9'],
    ['take an earlier window as the previous one', [frame(1, 6), frame(0, 99)], '1:6', '0:99'],
    ['take newer frames of the previous window', [frame(0, 5), frame(1, 6), frame(0, 7)], '1:6', '0:7'],
    ['ignore older frames of the previous window', [frame(0, 5), frame(1, 6), frame(0, 4)], '1:6', '0:5'],
    [
      'ignore frames after the final one of the previous window',
      [frame(1, 6), frame(0, 9, final), frame(0, 99)],
      '1:6',
      '0:9!',
    ],
    ['take a nearer window as the previous one', [frame(0, 5), frame(2, 9), frame(1, 8)], '2:9', '1:8'],
    ['ignore a farther window as the previous one', [frame(1, 5), frame(2, 9), frame(0, 8)], '2:9', '1:5'],
  ])('%s', (_, frames, current, previous) => {
    expect([shown(merged(frames).current), shown(merged(frames).previous)]).toEqual([current, previous])
  })

  test('return the same object where nothing changes', () => {
    const known = merged([frame(0, 5), frame(1, 6)])
    for (const older of [frame(1, 6), frame(1, 5), frame(0, 5), frame(0, 4)])
      expect(mergeFrame(known, older)).toBe(known)
  })
})

describe('a silent window, made by a clock that may be wrong', () => {
  test.each<[string, ChannelStats[], current: string, previous: string | null]>([
    ['it stays away while the real one is open', [frame(0, 5), silent(3)], '0:5', null],
    ['it stays away in the real one’s own window', [frame(2, 5), silent(2)], '2:5', null],
    ['it stays away where the real one is later', [frame(2, 5, final), silent(1)], '2:5!', null],
    ['it comes behind a real one that has ended', [frame(0, 5, final), silent(1)], '1:0', '0:5!'],
    ['it comes also where a window lies between', [frame(0, 5, final), silent(3)], '3:0', '0:5!'],
    ['a real frame of its window replaces it', [silent(3), frame(3, 5)], '3:5', null],
    ['a real frame of a later window leaves it behind', [silent(3), frame(4, 5)], '4:5', '3:0'],
    [
      'a real frame of an earlier window replaces it: the clock is fast',
      [silent(3), frame(1, 5)],
      '1:5',
      null,
    ],
    [
      'a real frame of an earlier window keeps what lies before it',
      [frame(0, 4, final), silent(3), frame(1, 5)],
      '1:5',
      '0:4!',
    ],
    [
      'a final frame that ends before it is the window before',
      [silent(3), frame(2, 5, final)],
      '3:0',
      '2:5!',
    ],
    ['a final frame of its own window replaces it', [silent(3), frame(3, 5, final)], '3:5!', null],
    ['a later one takes its place', [silent(3), silent(4)], '4:0', '3:0'],
    [
      'as the window before, a real frame replaces it',
      [silent(0), silent(1), frame(0, 4, final)],
      '1:0',
      '0:4!',
    ],
  ])('%s', (_, frames, current, previous) => {
    expect([shown(merged(frames).current), shown(merged(frames).previous)]).toEqual([current, previous])
  })

  test('its coverage grows, and never shrinks', () => {
    const covered = (...frames: ChannelStats[]) => merged(frames).current?.coverage?.at(-1)?.to
    expect(covered(silent(0), silent(0, 5))).toBe(5)
    expect(covered(silent(0, 5), silent(0, 9))).toBe(9)
    expect(covered(silent(0, 9), silent(0, 5))).toBe(9)
    expect(covered(silent(0, 9), silent(0))).toBe(9)
  })
})

test.each<[string, ChannelStats[], boolean]>([
  ['nothing is known', [], false],
  ['there is none', [frame(1, 6)], true],
  ['it is as it was at some time', [frame(0, 5), frame(1, 6)], true],
  ['it is an older one', [frame(0, 5, final), frame(2, 9)], true],
  ['it is as it ended', [frame(0, 5), frame(1, 6), frame(0, 9, final)], false],
  ['it has taken an older one’s place', [frame(0, 5), frame(2, 9), frame(1, 8, final)], false],
])('lacks the previous window unless its final frame is known: %s', (_, known, isLacking) => {
  expect(lacksPrevious(merged(known))).toBe(isLacking)
})

test.each<[string, ChannelStats[], ChannelStats, boolean]>([
  ['a silent window behind an open one', [frame(0, 5)], silent(1), true],
  ['a silent window of the same time', [frame(1, 5)], silent(1), false],
  ['a silent window behind one that has ended', [frame(0, 5, final)], silent(1), false],
  ['a silent window behind a silent one', [silent(0)], silent(1), false],
  ['a silent window where nothing is known', [], silent(1), false],
  ['a real window behind an open one', [frame(0, 5)], frame(1, 6), false],
])('lacks the final frame of a window before %s: %o', (_, known, next, isLacking) => {
  expect(lacksFinal(merged(known), next)).toBe(isLacking)
})

test('starts again where the login belongs to another channel', () => {
  const known = merged([frame(0, 5), frame(1, 6)])
  const other = frame(1, 2, { channel_id: '2' })
  expect(mergeFrame(known, other)).toEqual({ current: other, previous: null })
})
