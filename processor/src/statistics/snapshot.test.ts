import { expect, test } from 'vitest'
import { windowMs } from '@chat-battle/contracts/window'
import { message, moderation, notice, tick } from './chat-events.fixture.ts'
import { PartitionState } from './partition-state.ts'
import { StateLog } from './state-log.ts'
import { statsFrame } from './stats-frame.ts'

const start = 1_700_000_400_000

/** What is alive on the topic after these records. */
function written(topic: Map<string, Buffer>, log: StateLog, state: PartitionState): void {
  for (const { key, value } of log.takeChanges(state)) {
    if (value === null) topic.delete(key)
    else topic.set(key, value)
  }
}

function frames(state: PartitionState): unknown {
  return [...state.channels.values()].flatMap((channel) =>
    [...channel.windows.values()].map((window) =>
      statsFrame(channel, window, Number(state.nextOffset), false),
    ),
  )
}

test('a state restored from its snapshots goes on as if it had never stopped', () => {
  const events = Array.from({ length: 30_000 }, (_, index) => {
    const timestamp = start + index * 50
    if (index % 50 === 7) return notice(timestamp, 'resub')
    if (index % 90 === 8) return moderation(timestamp, { target_user_id: String(index % 700) })
    return message(timestamp, {
      channel_id: String(1 + (index % 3)),
      user_id: String(index % 22_000 < 11_000 ? index % 11_000 : index % 700),
      is_first: index % 11 === 0,
      emotes: index % 4 === 0 ? [{ id: String(index % 300), name: 'E', start: 0, end: 1 }] : [],
    })
  })
  const straight = new PartitionState()
  const topic = new Map<string, Buffer>()
  let log = StateLog.empty()
  let state = new PartitionState()
  events.forEach((event, offset) => {
    const outcomes = [straight, state].map(
      (each) => each.apply(event, BigInt(offset), event.timestamp).outcome,
    )
    expect(outcomes[0]).toBe(outcomes[1])
    if (offset % 1009 === 0) written(topic, log, state)
    if (offset % 5045 === 0) {
      const restored = StateLog.restore(topic)
      expect(restored).toMatchObject({ unreadable: undefined, leftovers: [] })
      log = restored.log
      state = restored.state
      expect(state.nextOffset).toBe(straight.nextOffset)
      expect(frames(state)).toEqual(frames(straight))
    }
  })
  expect(frames(state)).toEqual(frames(straight))
})

test('what has closed is deleted', () => {
  const topic = new Map<string, Buffer>()
  const log = StateLog.empty()
  const state = new PartitionState()
  state.apply(message(start), 0n, start)
  written(topic, log, state)
  const keys = [...topic.keys()].filter((key) => key.includes(String(start)))
  expect(keys.length).toBeGreaterThan(1)
  state.apply(tick(start + 3 * windowMs), 1n, start + 3 * windowMs)
  written(topic, log, state)
  expect([...topic.keys()].filter((key) => key.includes(String(start)))).toEqual([])
  expect(state.takeFinals()).toHaveLength(1)
})

test.each([
  ['another version', (topic: Map<string, Buffer>) => topic.set('1001', Buffer.from('{"v":0}'))],
  ['a missing page', (topic: Map<string, Buffer>) => topic.delete(`1001:${start}:seen:0`)],
  ['a missing channel', (topic: Map<string, Buffer>) => topic.delete('1001')],
  ['a broken checkpoint', (topic: Map<string, Buffer>) => topic.set('checkpoint', Buffer.from('x'))],
])('%s: the state is rebuilt from the input and the old one deleted', (_, breakIt) => {
  const topic = new Map<string, Buffer>()
  const before = new PartitionState()
  before.apply(message(start), 0n, start)
  written(topic, StateLog.empty(), before)
  breakIt(topic)
  const { state, leftovers, unreadable } = StateLog.restore(topic)
  expect(unreadable).toBeTypeOf('string')
  expect(state.nextOffset).toBe(0n)
  expect(leftovers.map(({ key }) => key).sort()).toEqual([...topic.keys()].sort())
})
