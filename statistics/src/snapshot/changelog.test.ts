import { describe, expect, test } from 'vitest'
import { windowMs } from '@chat-battle/contracts/window'
import { idsPerPage } from '../collections/id-set.ts'
import { message, moderation, notice, tick } from '../chat-events.fixture.ts'
import { FinalWindows } from '../time/final-windows.ts'
import { PartitionState } from '../partition.ts'
import { Changelog } from './changelog.ts'
import { statsFrame } from '../stats-frame.ts'
import { windowSummary } from '../window-summary.ts'

const start = 1_700_000_400_000
const minute = 60_000

/** Applies a state's changes to the topic. */
function written(topic: Map<string, Buffer>, log: Changelog, state: PartitionState): void {
  for (const { key, value } of log.takeChanges(state)) {
    if (value === null) topic.delete(key)
    else topic.set(key, value)
  }
}

function frames(state: PartitionState): unknown {
  return [...state.channels.values()].flatMap((channel) =>
    [...channel.windows.values()].map((window) => [
      statsFrame(channel, window, Number(state.nextOffset), false),
      windowSummary(channel, window, Number(state.nextOffset), false),
    ]),
  )
}

test('continues from its snapshots as if it had never stopped', () => {
  const events = Array.from({ length: 30_000 }, (_, index) => {
    const timestamp = start + index * 50
    if (index % 50 === 7) return notice(timestamp, 'resub')
    if (index % 90 === 8) return moderation(timestamp, { target_user_id: String(index % 700) })
    return message(timestamp, {
      channel_id: String(1 + (index % 3)),
      user_id: String(index % 22_000 < 11_000 ? index % 11_000 : index % 700),
      is_first: index % 11 === 0,
      bits: index % 40 === 0 ? index : 0,
      emotes:
        index % 4 === 0
          ? [{ id: String(index % 300), name: 'E', start: 0, end: 1, provider: 'twitch' as const }]
          : [],
    })
  })
  const straight = new PartitionState()
  const topic = new Map<string, Buffer>()
  let log = Changelog.empty()
  let state = new PartitionState()
  events.forEach((event, offset) => {
    const outcomes = [straight, state].map(
      (each) => each.apply(event, BigInt(offset), event.timestamp).outcome,
    )
    expect(outcomes[0]).toBe(outcomes[1])
    if (offset % 1009 === 0) written(topic, log, state)
    if (offset % 5045 === 0) {
      const restored = Changelog.restore(topic)
      expect(restored).toMatchObject({ unreadable: [], tombstones: [] })
      log = restored.log
      state = restored.state
      expect(state.nextOffset).toBe(straight.nextOffset)
      expect(frames(state)).toEqual(frames(straight))
    }
  })
  expect(frames(state)).toEqual(frames(straight))
})

test('deletes the pages of a closed window', () => {
  const topic = new Map<string, Buffer>()
  const log = Changelog.empty()
  const state = new PartitionState()
  crowd(state)
  written(topic, log, state)
  const keys = [...topic.keys()].filter((key) => key.includes(String(start)))
  expect(keys.length).toBeGreaterThan(1)
  state.apply(tick(start + 3 * windowMs), 1n, start + 3 * windowMs)
  written(topic, log, state)
  expect([...topic.keys()].filter((key) => key.includes(String(start)))).toEqual([])
  expect(state.takeFinals()).toHaveLength(1)
})

/** Applies more messages than fit into one page of any collection; `nextOffset` is 1 then. */
function crowd(state: PartitionState): void {
  for (let user = 0; user < 300; user++) state.apply(message(start, { user_id: `${user}` }), 0n, start)
}

/** A state on the topic, whose pages have records of their own. */
function stored(): Map<string, Buffer> {
  const topic = new Map<string, Buffer>()
  const state = new PartitionState()
  crowd(state)
  written(topic, Changelog.empty(), state)
  return topic
}

/** A state whose input went back, whose broker's clock is behind, with a held event and a forgotten channel. */
function eventful(): { topic: Map<string, Buffer>; state: PartitionState } {
  const topic = new Map<string, Buffer>()
  const state = new PartitionState()
  const say = (at: number, channel_id: string, appendMs = at - 5 * minute) =>
    state.apply(message(at, { channel_id, channel_login: `c${channel_id}` }), state.nextOffset, appendMs)
  for (const id of ['1', '2', '2', '2']) say(start, id)
  for (let step = 1; step <= 35; step++) say(start + (step * minute) / 2, '2')
  state.goBackTo(10n)
  say(start + 18 * minute, '3')
  say(start + 18 * minute, '2')
  say(start + 200 * minute, '2', start + 13 * minute)
  written(topic, Changelog.empty(), state)
  return { topic, state }
}

test('restores the state of the partition as a whole', () => {
  const { topic, state } = eventful()
  expect([...state.channels.keys()]).toEqual(['3', '2'])
  const { state: restored, unreadable, tombstones } = Changelog.restore(topic)
  expect({ unreadable, tombstones }).toEqual({ unreadable: [], tombstones: [] })
  expect([...restored.channels.keys()]).toEqual(['3', '2'])
  expect(restored.skew.state).toEqual(state.skew.state)
  expect(restored.skew.state).toMatchObject({ skewMs: 5 * minute, run: [expect.any(Number)] })
  expect(restored.held.all).toEqual(state.held.all)
  expect(restored.held.all).toHaveLength(1)
  expect(restored.clock).toEqual(state.clock)
  expect(restored.revision).toBe(state.revision)
  expect(restored.revision).toBe(42)
  expect(restored.open.touches).toBe(state.open.touches)
  expect([restored.finalWindows.has('1', start), restored.finalWindows.has('3', start)]).toEqual([
    true,
    false,
  ])
})

test.each([
  ['a channel that cannot be read', '3', Buffer.from('garbage')],
  ['a checkpoint that cannot be read', 'checkpoint', Buffer.from('garbage')],
  ['a page of final windows that is missing', `final:${start}:channels:0`, undefined],
])('keeps revisions growing after a rebuild because of %s', (_, key, value) => {
  const { topic, state } = eventful()
  expect(topic.has(key)).toBe(true)
  if (value === undefined) topic.delete(key)
  else topic.set(key, value)
  const { state: rebuilt, isRebuilt } = Changelog.restore(topic)
  expect(isRebuilt).toBe(true)
  expect(rebuilt.revisionBase).toBe(state.revisionBase)
  expect(rebuilt.revisionBase).toBe(29)
})

test('counts taken changes as written', () => {
  const state = new PartitionState()
  const log = Changelog.empty()
  for (const id of ['1', '2'])
    state.apply(message(start, { channel_id: id, channel_login: `c${id}` }), state.nextOffset, start)
  for (let step = 1; step <= 32; step++)
    state.apply(message(start, { channel_id: '2' }), state.nextOffset, start + (step * minute) / 2)
  expect(state.unwritten).toBe(12)
  log.takeChanges(state)
  expect(state.takeFinals()).toHaveLength(1)
  expect(state.unwritten).toBe(0)
  expect(log.takeChanges(state).map(({ key }) => key)).toEqual(['checkpoint'])
})

test('restores the time before which all windows are final', () => {
  const sealed = { untilMs: start, atMs: start }
  const topic = new Map<string, Buffer>()
  written(topic, Changelog.empty(), new PartitionState({ finalWindows: new FinalWindows([], sealed) }, 1n))
  const { state } = Changelog.restore(topic)
  expect(state.finalWindows.has('1', start - 1)).toBe(true)
  expect(state.finalWindows.has('1', start)).toBe(false)
})

test('deletes the pages of final windows that it no longer remembers', () => {
  const { topic } = eventful()
  const { log, state } = Changelog.restore(topic)
  const day = 24 * 60 * minute
  const say = (at: number, channel_id: string) =>
    state.apply(message(at, { channel_id, channel_login: `c${channel_id}` }), state.nextOffset, at)
  for (let step = 0; step <= 35; step++) say(start + day + (step * minute) / 2, '4')
  say(start + 2 * day, '4')
  for (let step = 0; step <= 35; step++) say(start + 2 * day + (step * minute) / 2, '5')
  written(topic, log, state)
  const pages = [...topic.keys()].filter((key) => key.startsWith('final:'))
  expect(pages).not.toContain(`final:${start}:channels:0`)
  expect(pages).toHaveLength(state.finalWindows.byStart.size)
  expect(Changelog.restore(topic)).toMatchObject({ unreadable: [], isRebuilt: false })
})

const garbage = Buffer.from('garbage')

test.each([
  ['another version', '1001', Buffer.from('{"v":0}'), '1001'],
  ['a missing page', `1001:${start}:seen:0`, undefined, '1001'],
  ['a page of ids that cannot be read', `1001:${start}:seen:0`, garbage, `1001:${start}:seen:0`],
  ['an empty page of ids', `1001:${start}:seen:0`, Buffer.alloc(0), `1001:${start}:seen:0`],
  ['an empty page of counts', `1001:${start}:chatters:0`, Buffer.from('[]'), `1001:${start}:chatters:0`],
  ['a page of counts that cannot be read', `1001:${start}:chatters:0`, garbage, `1001:${start}:chatters:0`],
  ['a missing channel', '1001', undefined, 'checkpoint'],
  ['a broken checkpoint', 'checkpoint', garbage, 'checkpoint'],
])('rebuilds the state from the input and deletes the stored one for %s', (_, key, value, unreadableKey) => {
  const topic = stored()
  if (value === undefined) topic.delete(key)
  else topic.set(key, value)
  const { state, tombstones, unreadable, isRebuilt } = Changelog.restore(topic)
  expect(isRebuilt).toBe(true)
  expect(unreadable).toEqual([{ key: unreadableKey, problem: expect.any(String) as string }])
  expect(state.nextOffset).toBe(0n)
  expect(tombstones.map((record) => record.key).sort()).toEqual([...topic.keys()].sort())
})

test('shows current windows although the input lost records long ago', () => {
  const state = new PartitionState()
  state.skipTo(9n, start - 24 * 60 * 60_000)
  expect(state.apply(message(start + 5000), 9n, start + 5000).changed).toHaveLength(1)
})

test('deletes every record of a state without a checkpoint and reports foreign ones', () => {
  const topic = stored()
  topic.delete('checkpoint')
  topic.set('no key of ours', garbage)
  const { tombstones, unreadable, isRebuilt } = Changelog.restore(topic)
  expect(isRebuilt).toBe(true)
  expect(unreadable.map(({ key }) => key)).toEqual(['no key of ours'])
  expect(tombstones).toHaveLength(topic.size)
})

test('reports and deletes foreign records and restores the rest', () => {
  const topic = stored()
  const strangers = ['no key of ours', '1:2:seen:0', `1001:${start}:seen:7`]
  for (const key of strangers) topic.set(key, garbage)
  const { state, tombstones, unreadable, isRebuilt } = Changelog.restore(topic)
  expect(isRebuilt).toBe(false)
  expect(unreadable.map(({ key }) => key)).toEqual(strangers)
  expect(tombstones).toEqual(strangers.map((key) => ({ key, value: null })))
  expect(state.nextOffset).toBe(1n)
  expect(state.channels.size).toBe(1)
})

test('neither shows nor closes a window whose beginning the input lost, also after a restart', () => {
  const topic = new Map<string, Buffer>()
  const cut = new PartitionState()
  cut.skipTo(9n, start + 1000)
  expect(cut.apply(message(start + 5000), 9n, start + 5000).changed).toEqual([])
  written(topic, Changelog.empty(), cut)
  const { state } = Changelog.restore(topic)
  expect([...state.openWindows()]).toEqual([])
  for (const [index, at] of [start + windowMs, start + 3 * windowMs].entries())
    state.apply(message(at), 10n + BigInt(index), at)
  expect(state.takeFinals().map(({ window_start }) => window_start)).toEqual([start + windowMs])
})

describe('a small channel', () => {
  const keysOf = (log: Changelog, state: PartitionState) => log.takeChanges(state).map(({ key }) => key)
  const say = (state: PartitionState, user_id: string) =>
    state.apply(message(start, { user_id }), state.nextOffset, start)

  test('is one record', () => {
    const state = new PartitionState()
    for (let user = 0; user < 30; user++) say(state, `${user}`)
    expect(keysOf(Changelog.empty(), state)).toEqual(['1001', 'checkpoint'])
  })

  test('gets records for all of its pages when it grows, also after a restart', () => {
    const topic = new Map<string, Buffer>()
    const small = new PartitionState()
    // Exactly one page of ids.
    for (let said = 0; said < idsPerPage; said++) say(small, `${said % 30}`)
    written(topic, Changelog.empty(), small)
    const { log, state } = Changelog.restore(topic)
    for (let said = 0; said < 300; said++) say(state, `${said % 40}`)
    written(topic, log, state)
    expect([...topic.keys()]).toEqual([
      '1001',
      'checkpoint',
      `1001:${start}:seen:0`,
      `1001:${start}:seen:1`,
      `1001:${start}:seen:2`,
      `1001:${start}:chatters:0`,
      `1001:${start}:chatters:1`,
    ])
    const restored = Changelog.restore(topic)
    expect(restored.unreadable).toEqual([])
    expect(frames(restored.state)).toEqual(frames(state))
  })
})

test('writes only the pages that changed', () => {
  const state = new PartitionState()
  const log = Changelog.empty()
  crowd(state)
  log.takeChanges(state)
  state.apply(message(start, { user_id: '299' }), 1n, start)
  expect(log.takeChanges(state).map(({ key }) => key)).toEqual([
    '1001',
    `1001:${start}:seen:1`,
    `1001:${start}:chatters:9`,
    'checkpoint',
  ])
})
