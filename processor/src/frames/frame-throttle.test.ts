import { expect, test } from 'vitest'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { PartitionState } from '@chat-battle/statistics/partition'
import { FrameThrottle } from './frame-throttle.ts'

const startMs = 1_700_000_400_000

/** Sends messages at the given times, and takes frames whenever one is due. */
function run(messageTimesMs: readonly number[], endMs: number, channelOf = (_: number) => '1') {
  const throttle = new FrameThrottle()
  const state = new PartitionState()
  const frames: { atMs: number; count: number; channel: string }[] = []
  let offset = 0n
  for (let nowMs = 0; nowMs <= endMs; nowMs++) {
    for (const atMs of messageTimesMs.filter((each) => each === nowMs)) {
      const [index, channel] = [Number(offset), channelOf(Number(offset))]
      const event = message(startMs + atMs, {
        channel_id: channel,
        channel_login: `c${channel}`,
        user_id: String(index),
        message_id: String(index),
      })
      for (const frame of state.apply(event, offset++, startMs + atMs).changed) throttle.note(frame)
    }
    for (const { message_count, channel_id } of throttle.takeDue(nowMs).frames)
      frames.push({ atMs: nowMs, count: message_count, channel: channel_id })
  }
  return frames
}

const every = (intervalMs: number, endMs: number) =>
  Array.from({ length: Math.ceil(endMs / intervalMs) }, (_, index) => Math.round(index * intervalMs))

test("sends a quiet window's frames at once", () => {
  expect(run([0, 400, 900], 1000).map(({ atMs }) => atMs)).toEqual([0, 400, 900])
})

test('sends 10 frames per second of a busy window, and one in advance', () => {
  const frames = run(every(5, 10_000), 10_000)
  expect(frames.length).toBeGreaterThanOrEqual(100)
  expect(frames.length).toBeLessThanOrEqual(102)
})

test('keeps the frames of a window apart', () => {
  const times = run(every(5, 3000), 3000).map(({ atMs }) => atMs)
  for (const [index, atMs] of times.entries())
    expect(atMs - (times[index - 1] ?? -100)).toBeGreaterThanOrEqual(25)
})

test('ends with the last state', () => {
  expect(run([0, 1, 2, 3, 4], 1000).at(-1)).toMatchObject({ count: 5 })
})

test('sends at once again after a late frame, while the window keeps to its pace', () => {
  // The second message is 60 ms late; those after it come at the throttle's own pace.
  const times = [0, 160, 200, 300, 400, 500]
  expect(run(times, 1000).map(({ atMs }) => atMs)).toEqual(times)
})

test('throttles each window by itself', () => {
  const frames = run([0, 0, 1, 1, 2, 2], 1000, (index) => String(1 + (index % 2)))
  expect(frames.filter(({ atMs }) => atMs === 0)).toHaveLength(2)
  expect(frames.slice(-2).map(({ channel, count }) => [channel, count])).toEqual([
    ['1', 3],
    ['2', 3],
  ])
})
