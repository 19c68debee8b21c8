import { describe, expect, test } from 'vitest'
import type { ChatEvent, ChatMessage } from '@chat-battle/contracts/records/chat-event'
import type { MomentRecord } from '@chat-battle/contracts/records/moment'
import { message, moderation, notice, tick } from '../chat-events.fixture.ts'
import { PartitionState } from '../partition.ts'
import { Changelog } from '../snapshot/changelog.ts'

const start = 1_700_000_400_000
const second = 1000
const minute = 60 * second

/** `count` messages of different people, evenly over `forMs`. */
function crowd(at: number, count: number, forMs: number, given: Partial<ChatMessage> = {}): ChatMessage[] {
  return Array.from({ length: count }, (_, index) =>
    message(at + Math.floor((index * forMs) / count), { user_id: String(100 + index), ...given }),
  )
}

/** Quiet chat: a message every two seconds, of 20 people, and a tick every five. */
function quiet(from: number, to: number): ChatEvent[] {
  const events: ChatEvent[] = []
  for (let at = from; at < to; at += second) {
    const index = (at - start) / second
    if (index % 2 === 0) events.push(message(at, { user_id: String(index % 20), message: `line ${index}` }))
    if (index % 5 === 4) events.push(tick(at, at - 5 * second))
  }
  return events
}

/** Ten minutes of quiet chat, and what is given. */
function around(burst: readonly ChatEvent[]): ChatEvent[] {
  const all = [...quiet(start, start + 10 * minute), ...burst]
  return all.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
}

const burstAt = start + 5 * minute
const burst = (given: Partial<ChatMessage> = {}) => crowd(burstAt, 60, 20 * second, given)

function fold(events: readonly ChatEvent[], state = new PartitionState()): MomentRecord[] {
  const records: MomentRecord[] = []
  for (const event of events) {
    state.apply(event, state.nextOffset, event.timestamp ?? 0)
    records.push(...state.moments.take())
  }
  return records
}

/** The last record of each moment. */
function settled(events: readonly ChatEvent[]): MomentRecord[] {
  return [...new Map(fold(events).map((record) => [record.start, record])).values()]
}

const gg = { message: 'GG well played' }
const anyText = expect.any(String) as string

describe('a burst', () => {
  test('is one moment with its start, peak, end, messages, people and leading phrase', () => {
    const [moment, ...others] = settled(around(burst(gg)))
    expect(others).toEqual([])
    expect(moment).toMatchObject({
      channel_id: '1001',
      channel_login: 'arena',
      start: burstAt,
      peak: burstAt,
      end: burstAt + 20 * second,
      kind: 'chat',
      // 15 + 3 messages in the first bin, and 2.5 in a usual one.
      times_baseline: 7.2,
      message_count: 70,
      people: 70,
      leading: { kind: 'phrase', text: 'gg well', emote: null, share: 0.8657 },
      mood: null,
    })
    expect(moment?.samples).toEqual(['GG well played', anyText, anyText])
    expect(moment?.sample_sources).toHaveLength(3)
    // The text of its first two messages was not kept: nothing was unusual yet.
    expect(moment?.leading.people).toBe(58)
    expect(moment?.leading_sources).toHaveLength(58)
  })

  test('of a quiet chat ends although a few messages are more than usual there', () => {
    const chat = crowd(burstAt, 20, 20 * second)
    for (let at = start; at < start + 10 * minute; at += 5 * second) {
      const count = (at - start) % (20 * second) === 0 ? 3 : 1
      for (let each = 0; each < count; each++)
        chat.push(message(at + each * second, { user_id: String(((at - start) / second + each) % 37) }))
    }
    chat.sort((a, b) => a.timestamp - b.timestamp)
    expect(settled(chat)).toMatchObject([{ start: burstAt, end: burstAt + 20 * second }])
  })

  test('is reported within its second bin, while it lasts', () => {
    const [first] = fold(around(burst()))
    expect(first).toMatchObject({ start: burstAt, end: null })
    expect(first?.message_count).toBeLessThan(25)
  })

  test('is led by an emote that most people used, with its provider', () => {
    const emotes = [{ id: 'e1', name: 'KEKW', start: 0, end: 4, provider: '7tv' as const }]
    const [moment] = settled(around(burst({ message: 'KEKW', emotes })))
    expect(moment?.leading).toMatchObject({
      kind: 'emote',
      text: 'KEKW',
      emote: { id: 'e1', name: 'KEKW', provider: '7tv' },
    })
    expect(moment?.leading_sources).toEqual([])
    expect(moment?.samples[0]).toBe('KEKW')
  })

  test('is mixed if fewer than three people, or a sixth of the messages, share a word', () => {
    const events = burst().map((each, index) => ({ ...each, message: `word${index}` }))
    const [moment] = settled(around(events))
    expect(moment?.leading).toEqual({ kind: 'mixed', text: '', emote: null, people: 0, share: 0 })
  })

  test('has the mood of its messages from 25 known ones on', () => {
    const withMoods = (known: number) =>
      burst().map(
        (each, index) => ({ ...each, mood: index < known ? (index % 5 === 0 ? -1 : 1) : null }) as const,
      )
    expect(settled(around(withMoods(24)))[0]?.mood).toBeNull()
    expect(settled(around(withMoods(25)))[0]?.mood).toEqual({
      positive: 0.8,
      negative: 0.2,
      coverage: 25 / 70,
    })
  })

  test('continues a moment that ended less than 45 s before', () => {
    const again = crowd(burstAt + 60 * second, 60, 20 * second)
    const records = settled(around([...burst(), ...again]))
    expect(records).toMatchObject([{ start: burstAt, end: burstAt + 80 * second, message_count: 160 }])
  })

  test('is another moment 50 s after an end', () => {
    const again = crowd(burstAt + 70 * second, 60, 20 * second)
    expect(settled(around([...burst(), ...again]))).toMatchObject([
      { start: burstAt, end: burstAt + 20 * second },
      { start: burstAt + 70 * second, end: burstAt + 90 * second },
    ])
  })

  test('ends after five minutes, and is the new usual then', () => {
    const loud = crowd(burstAt, 3600, 20 * minute)
    const events = [...quiet(start, burstAt), ...loud]
    expect(settled(events)).toMatchObject([{ start: burstAt, end: burstAt + 5 * minute }])
  })
})

describe('no moment comes from', () => {
  test.each([
    ['one person with 200 messages', burst200({ user_id: '7' })],
    ['two people with 200 messages', burst200({}, (index) => ({ user_id: String(index % 2) }))],
    ['the copypasta of a bot that ingest knows', burst200({ is_bot: true })],
    ['the copypasta of a bot of the list', burst200({ username: 'nightbot' })],
    ['mirrored chat', burst200({ source_channel_id: '2', source_message_id: 'm' })],
  ])('%s', (_, events) => {
    expect(settled(around(events))).toEqual([])
  })

  test('a burst in the first two minutes', () => {
    const early = crowd(start + minute, 60, 20 * second)
    const events = [...quiet(start, start + 3 * minute), ...early]
    expect(settled(events.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0)))).toEqual([])
  })

  test('usual chat after ten minutes that were not covered', () => {
    const back = start + 15 * minute
    const busy = (from: number) => crowd(from, 1500, 5 * minute)
    const events = [...busy(start), tick(back, back - 1), ...busy(back)]
    expect(settled(events)).toEqual([])
  })
})

/** 200 messages in 20 s. */
function burst200(
  given: Partial<ChatMessage>,
  each: (index: number) => Partial<ChatMessage> = () => ({}),
): ChatMessage[] {
  return Array.from({ length: 200 }, (_, index) =>
    message(burstAt + index * 100, {
      message: 'look at me',
      user_id: String(index),
      ...given,
      ...each(index),
    }),
  )
}

describe('the kind', () => {
  test.each([
    ['a raid 20 s before the start', [notice(burstAt - 20 * second, 'raid')], 'event'],
    ['a gift bomb after the start', [notice(burstAt + 14 * second, 'submysterygift')], 'event'],
    ['an announcement', [notice(burstAt, 'announcement')], 'event'],
    ['three gifts', [0, 1, 2].map((at) => notice(burstAt + at, 'subgift')), 'event'],
    ['two gifts', [0, 1].map((at) => notice(burstAt + at, 'subgift')), 'chat'],
    ['a raid 31 s before the start', [notice(burstAt - 31 * second, 'raid')], 'chat'],
    ['a subscription', [notice(burstAt, 'resub')], 'chat'],
    ['a raid of another channel', [notice(burstAt, 'raid', { source_channel_id: '2' })], 'chat'],
  ])('with %s', (_, notices, kind) => {
    expect(settled(around([...burst(), ...notices]))).toMatchObject([{ kind }])
  })
})

describe('moderation', () => {
  const texts = ['first of all', 'second of all', 'third of all', 'fourth of all']
  const speakers = burst().map((each, index) => ({ ...each, message: texts[index % 4] ?? '' }))
  const afterEnd = burstAt + 2 * minute
  const shownAfter = (...events: ChatEvent[]) => settled(around([...speakers, ...events]))[0]
  const unmoderated = shownAfter()
  const [first] = unmoderated?.sample_sources ?? []

  test.each([
    ['while it lasts', burstAt + 15 * second],
    ['after its end', afterEnd],
  ])('of a person takes their sample away %s, and no count', (_, at) => {
    const moment = shownAfter(moderation(at, { target_user_id: first?.user_id ?? '' }))
    expect(moment?.sample_sources.map(({ user_id }) => user_id)).not.toContain(first?.user_id)
    expect(moment).toMatchObject({ message_count: 70, people: 70 })
    expect(moment?.revision).toBeGreaterThan((at === afterEnd ? unmoderated?.revision : 0) ?? 0)
  })

  test('of a message takes its sample away', () => {
    const deletion = { action: 'delete_message', target_message_id: first?.message_id ?? '' } as const
    const moment = shownAfter(moderation(afterEnd, { ...deletion, target_user_id: null }))
    expect(moment?.sample_sources).toEqual(unmoderated?.sample_sources.slice(1))
  })

  test('of the whole chat takes every text away', () => {
    const moment = shownAfter(moderation(afterEnd, { action: 'clear_chat', target_user_id: null }))
    expect(moment).toMatchObject({ samples: [], sample_sources: [], leading: { kind: 'mixed' } })
  })

  test('of all but two people of a phrase takes the phrase away', () => {
    const bans = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        moderation(afterEnd + index, { target_user_id: String(100 + index) }),
      )
    const raid = (count: number) => settled(around([...burst(gg), ...bans(count)]))[0]?.leading.kind
    expect(raid(57)).toBe('phrase')
    expect(raid(58)).toBe('mixed')
  })

  test('before a message arrives keeps its text out', () => {
    const late = message(burstAt + 10 * second, { user_id: '999', message: 'GG well played unseen' })
    const ban = moderation(burstAt + 10 * second, { target_user_id: '999' })
    const text = JSON.stringify(fold(around([ban, late, ...burst(gg)])))
    expect(text).not.toContain('unseen')
  })

  test('of an opt-out takes the texts of the person and the mentions away', () => {
    const optOut: ChatEvent = {
      type: 'privacy',
      channel_id: '0',
      channel_login: '_',
      timestamp: null,
      user_id: first?.user_id ?? '',
      anonymous_id: 'anon-1',
      names: ['seven'],
    }
    const mentions = speakers.map((each) => ({ ...each, message: `@Seven ${each.message}` }))
    const events = around(mentions)
    const last = fold([...events, optOut]).at(-1)
    expect(last?.samples.join()).toContain('@… ')
    expect(last?.samples.join()).not.toContain('Seven')
    expect(last?.sample_sources.map(({ user_id }) => user_id)).not.toContain(first?.user_id)
  })
})

describe('a snapshot', () => {
  const events = around([
    ...burst(gg),
    notice(burstAt + second, 'raid'),
    moderation(burstAt + 90 * second, { target_user_id: '120' }),
  ])

  test('after every record leads to the same moments, byte for byte', () => {
    const stored = new Map<string, Buffer>()
    let [log, state] = [Changelog.empty(), new PartitionState()]
    const records = events.flatMap((event) => {
      const found = fold([event], state)
      for (const { key, value } of log.takeChanges(state)) {
        if (value === null) stored.delete(key)
        else stored.set(key, value)
      }
      const restored = Changelog.restore(new Map(stored))
      expect(restored).toMatchObject({ unreadable: [], isRebuilt: false })
      ;({ log, state } = restored)
      return found
    })
    expect(records.length).toBeGreaterThan(30)
    expect(JSON.stringify(records)).toBe(JSON.stringify(fold(events)))
  })

  test('of a version without moments is restored', () => {
    const state = new PartitionState()
    fold(events, state)
    const stored = new Map<string, Buffer>()
    for (const { key, value } of Changelog.empty().takeChanges(state))
      if (value !== null) stored.set(key, value)
    const { moments, ...header } = JSON.parse(String(stored.get('1001')).split('\n')[0] ?? '') as Record<
      string,
      unknown
    >
    expect(moments).toBeDefined()
    for (const key of stored.keys()) if (/:(bin-|moment-|bins)/.test(key)) stored.delete(key)
    expect(stored.size).toBeGreaterThan(1)
    const windows = String(JSON.stringify(header.windows))
    expect(windows).toContain('saved')
    const inline = stored.get('1001') ?? Buffer.alloc(0)
    const pages = inline.subarray(inline.indexOf(10))
    stored.set('1001', Buffer.concat([Buffer.from(JSON.stringify(header)), pages]))
    const restored = Changelog.restore(stored)
    expect(restored).toMatchObject({ isRebuilt: false, unreadable: [] })
    expect(restored.state.channels.get('1001')?.moments.parts.bins.all).toEqual([])
  })
})

test('a channel that is forgotten ends its moment', () => {
  const state = new PartitionState()
  fold([...quiet(start, burstAt), ...burst()], state)
  const others = Array.from({ length: 40 }, (_, index) => tick(burstAt + index * 30 * second + minute))
  const [ended] = fold(
    others.map((each) => ({ ...each, channel_id: '2' })),
    state,
  )
  expect(ended).toMatchObject({ start: burstAt, end: burstAt + 20 * second, channel_id: '1001' })
})

test('a state without the beginning of its input reports no moment until its baseline is whole', () => {
  const cut = (startsBeforeMs: number) => {
    const state = new PartitionState()
    state.skipTo(1n, burstAt - startsBeforeMs)
    return fold(around(burst()), state).length > 0
  }
  expect(cut(11 * minute)).toBe(false)
  expect(cut(12 * minute)).toBe(true)
})
