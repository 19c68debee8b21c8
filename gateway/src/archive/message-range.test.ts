import { expect, test } from 'vitest'
import { keptRange, requireReplayable } from './message-range.ts'

const hourMs = 60 * 60_000
const nowMs = 1000 * hourMs

test('leaves the messages out that the archive no longer keeps', () => {
  expect(keptRange(900 * hourMs, nowMs, 24, nowMs)).toEqual({ from: 976 * hourMs, to: nowMs })
  expect(keptRange(990 * hourMs, nowMs, 24, nowMs)).toEqual({ from: 990 * hourMs, to: nowMs })
  expect(() => keptRange(900 * hourMs, 976 * hourMs, 24, nowMs)).toThrow('are deleted')
})

test('serves no range where the archive keeps figures only', () => {
  expect(() => keptRange(990 * hourMs, nowMs, 0, nowMs)).toThrow('keeps no messages')
  expect(() => requireReplayable(990 * hourMs, 0, nowMs)).toThrow('keeps no messages')
})

test('replays from the third window that is kept whole', () => {
  expect(() => requireReplayable(976 * hourMs + 19 * 60_000, 24, nowMs)).toThrow('cannot be replayed')
  expect(() => requireReplayable(976 * hourMs + 20 * 60_000, 24, nowMs)).not.toThrow()
})
