import { describe, expect, test } from 'vitest'
import type { ChannelStats } from './channel-stats.ts'
import { isNewerFrame } from './newer-frame.ts'
import { emptyStats } from './empty-stats.ts'
import { windowMs } from '../window.ts'

const silent = (window: number, coveredMs = 0, channelId = '900') =>
  emptyStats(channelId, 'arena', window * windowMs, [
    { from: window * windowMs, to: window * windowMs + coveredMs },
  ])
const real = (window: number, revision: number, given: Partial<ChannelStats> = {}) => ({
  ...silent(window),
  revision,
  ...given,
})
const final = (window: number, revision: number) => real(window, revision, { final: true })

describe('the newer of two frames', () => {
  test.each([
    ['a greater revision', real(5, 8), real(5, 7)],
    ['a later window, whatever its revision', real(6, 1), real(5, 7)],
    ['a final frame, whatever its revision', final(5, 6), real(5, 7)],
    ['a final frame that was written again without a person', final(5, 8), final(5, 7)],
    ['a frame of a later window than a final one', real(6, 1), final(5, 7)],
    ['a real frame, also of an earlier window', real(5, 7), silent(7)],
    ['a real frame of the same window', real(5, 1), silent(5)],
    ['a final frame of the silent window', final(5, 1), silent(5)],
    ['a silent window after a final one', silent(6), final(5, 7)],
    ['a later silent window', silent(6), silent(5)],
    ['a silent window that is covered for longer', silent(5, 9000), silent(5, 4000)],
  ])('is %s', (_, newer, older) => {
    expect(isNewerFrame(newer, older)).toBe(true)
    expect(isNewerFrame(older, newer)).toBe(false)
  })

  test.each([
    ['twice the same', real(5, 7), real(5, 7)],
    ['two silent windows that are covered for as long', silent(5, 4000), silent(5, 4000)],
  ])('is neither for %s', (_, one, other) => {
    expect(isNewerFrame(one, other)).toBe(false)
    expect(isNewerFrame(other, one)).toBe(false)
  })

  test('is the arriving one if the login belongs to another channel now', () => {
    const known = real(6, 5000)
    expect(isNewerFrame(real(5, 3, { channel_id: '901' }), known)).toBe(true)
    expect(isNewerFrame(silent(5, 0, '901'), known)).toBe(true)
  })
})
