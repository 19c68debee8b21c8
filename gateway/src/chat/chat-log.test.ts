import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxKeptMessages } from '@chat-battle/contracts/live/up'
import { noOptOuts, onePerson, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import { message, moderation, notice } from '@chat-battle/statistics/chat-events.fixture'
import { ChatLog, maxKeptRemovals, type Position } from './chat-log.ts'

function setup(people: OptedOut = noOptOuts) {
  const log = new ChatLog('1001', people)
  const say = (message_id: string, given: Parameters<typeof message>[1] = {}, at = 1000) =>
    log.apply(message(at, { message_id, ...given }))
  const remove = (target_message_id: string) =>
    log.apply(moderation(2000, { action: 'delete_message', target_user_id: null, target_message_id }))
  return { log, say, remove }
}

const begin: Position = { messages: 0, removals: 0 }

function idsSince(log: ChatLog, position: Position): string[] {
  return log.since(position)?.messages?.messages.map(({ message_id }) => message_id) ?? []
}

test('gives a reader what it does not have', () => {
  const { log, say } = setup()
  say('a')
  const position = log.end
  expect(log.since(position)).toBeUndefined()
  say('b')
  say('c')
  expect(idsSince(log, position)).toEqual(['b', 'c'])
  expect(log.since(log.end)).toBeUndefined()
})

test('shows a message without its mood', () => {
  const { log, say } = setup()
  say('a', { mood: 1, message: 'hi', source_channel_id: '9', color: '#00ff00' })
  expect(log.since(begin)?.messages?.messages[0]).toEqual({
    message_id: 'a',
    user_id: '7',
    username: 'seven',
    display_name: 'Seven',
    color: '#00ff00',
    message: 'hi',
    is_action: false,
    timestamp: 1000,
    emotes: [],
    badges: {},
    bits: 0,
    is_first: false,
    is_subscriber: false,
    is_bot: null,
    reply_to: null,
    source_channel_id: '9',
  })
})

test('keeps the last 200 messages, and counts what a slower reader misses', () => {
  const { log, say, remove } = setup()
  for (let index = 0; index < 250; index++) say(`m${index}`)
  expect(idsSince(log, log.start)).toHaveLength(maxKeptMessages)
  expect(log.since(log.start)?.messages?.skipped).toBe(0)
  remove('m240')
  remove('m10')
  const update = log.since(begin)
  expect(update?.messages?.skipped).toBe(50)
  expect(update?.messages?.messages).toHaveLength(199)
  expect(update?.messages?.messages.at(-1)?.message_id).toBe('m249')
})

test('keeps fewer messages if they are large', () => {
  const { log, say } = setup()
  for (let index = 0; index < 200; index++) say(`m${index}`, { message: 'x'.repeat(4096) })
  expect(idsSince(log, log.start).length).toBeLessThan(80)
  expect(idsSince(log, log.start).at(-1)).toBe('m199')
})

test('counts an id once', () => {
  const { log, say } = setup()
  expect(say('a')).toBe(true)
  expect(say('a')).toBe(false)
  expect(idsSince(log, begin)).toEqual(['a'])
})

test('changes nothing for notices', () => {
  expect(setup().log.apply(notice(1000, 'sub'))).toBe(false)
})

describe('moderation', () => {
  test('removes a deleted message from what is kept and from what is not sent yet', () => {
    const { log, say, remove } = setup()
    say('a')
    const position = log.end
    say('b')
    remove('a')
    remove('b')
    expect(log.since(position)).toEqual({
      removed: { channel_id: '1001', message_ids: ['a', 'b'], user_ids: [], all: false },
      messages: undefined,
    })
    expect(idsSince(log, log.start)).toEqual([])
  })

  test('removes the messages of a person, and shows what they write after it', () => {
    const { log, say } = setup()
    say('a', { user_id: '5' })
    say('b', { user_id: '6' })
    log.apply(moderation(2000, { action: 'timeout', target_user_id: '5' }))
    say('c', { user_id: '5' }, 2001)
    expect(log.since(begin)?.removed).toMatchObject({ user_ids: ['5'], message_ids: [], all: false })
    expect(idsSince(log, begin)).toEqual(['b', 'c'])
  })

  test('removes everything when the chat is cleared', () => {
    const { log, say } = setup()
    say('a')
    log.apply(moderation(2000, { action: 'clear_chat', target_user_id: null }))
    say('b', {}, 2001)
    expect(log.since(begin)?.removed).toMatchObject({ user_ids: [], message_ids: [], all: true })
    expect(idsSince(log, begin)).toEqual(['b'])
  })

  test('hides a message that arrives after its deletion, a ban or a clearing', () => {
    const { log, say, remove } = setup()
    remove('a')
    log.apply(moderation(2000, { action: 'ban', target_user_id: '5' }))
    expect(say('a')).toBe(false)
    expect(say('b', { user_id: '5' }, 2000)).toBe(false)
    expect(say('c', { user_id: '5' }, 2001)).toBe(true)
    log.apply(moderation(3000, { action: 'clear_chat', target_user_id: null }))
    expect(say('d', {}, 2500)).toBe(false)
    expect(idsSince(log, begin)).toEqual([])
  })

  test('removes a mirrored message by its id in the source channel', () => {
    const { log, say, remove } = setup()
    say('copy', { source_channel_id: '9', source_message_id: 'original' })
    remove('original')
    expect(log.since(begin)?.removed?.message_ids).toEqual(['original', 'copy'])
    expect(say('late', { source_channel_id: '9', source_message_id: 'original' })).toBe(false)
  })

  test('tells a reader that is behind too many removals to remove everything', () => {
    const { log, say, remove } = setup()
    say('a')
    const position = log.end
    for (let index = 0; index <= maxKeptRemovals; index++) remove(`m${index}`)
    expect(log.since(position)?.removed).toMatchObject({ message_ids: [], all: true })
    expect(idsSince(log, position)).toEqual(['a'])
  })
})

describe('people who opted out', () => {
  test('are not shown', () => {
    const { say } = setup(onePerson('5', 'anon-1', ['ada']))
    expect(say('a', { user_id: '5' })).toBe(false)
    expect(say('b', { user_id: 'anon-2', is_anonymous: true })).toBe(false)
  })

  test('are removed once they opt out, also from replies of others', () => {
    const people = { ...noOptOuts }
    const { log, say } = setup(people)
    say('a', { user_id: '5' })
    say('b', { user_id: '6', reply_to: { message_id: 'a', user_id: '5', username: 'ada', is_bot: null } })
    Object.assign(people, onePerson('5', 'anon-1', ['ada']))
    expect(log.forgetOptedOut()).toBe(true)
    expect(log.since(begin)?.removed).toMatchObject({ user_ids: ['5'] })
    expect(JSON.stringify(log.since(begin)?.messages)).not.toContain('ada')
    expect(idsSince(log, begin)).toEqual(['b'])
    expect(log.forgetOptedOut()).toBe(false)
  })
})

test('every reader ends with the kept messages, whenever it reads', () => {
  const user = fc.constantFrom('1', '2', '3')
  const step = fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({ does: fc.constant('say'), user, count: fc.integer({ min: 1, max: 90 }) }),
    },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('delete'), user, count: fc.nat(300) }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('ban'), user, count: fc.constant(0) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('clear'), user, count: fc.constant(0) }) },
    { weight: 10, arbitrary: fc.record({ does: fc.constant('read'), user, count: fc.nat(2) }) },
  )
  const holds = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const log = new ChatLog('1001', noOptOuts)
    const readers = [0, 1, 2].map(() => new Reader(log))
    let kept: { id: string; user: string }[] = []
    const evicted: string[] = []
    let sent = 0
    let at = 1000
    for (const { does, user, count } of steps) {
      at++
      if (does === 'read') readers[count]?.read()
      for (let index = 0; does === 'say' && index < count; index++) {
        const id = `m${sent++}`
        log.apply(message(at, { message_id: id, user_id: user }))
        kept.push({ id, user })
        if (kept.length > maxKeptMessages) evicted.push(kept.shift()?.id ?? '')
      }
      const deleted = `m${sent - count}`
      if (does === 'delete') {
        log.apply(
          moderation(at, { action: 'delete_message', target_user_id: null, target_message_id: deleted }),
        )
        kept = kept.filter(({ id }) => id !== deleted)
      }
      if (does === 'ban') {
        log.apply(moderation(at, { action: 'ban', target_user_id: user }))
        kept = kept.filter((each) => each.user !== user)
      }
      if (does === 'clear') {
        log.apply(moderation(at, { action: 'clear_chat', target_user_id: null }))
        kept = []
      }
    }
    for (const reader of readers) {
      reader.read()
      const ids = kept.map(({ id }) => id)
      expect(reader.shown.filter((id) => ids.includes(id))).toEqual(ids)
      expect(reader.skipped).toBe(evicted.filter((id) => !reader.received.has(id)).length)
      expect(reader.shown.filter((id) => !ids.includes(id) && !evicted.includes(id))).toEqual([])
    }
  })
  fc.assert(holds, { seed: 1_700_000_400, numRuns: 300 })
})

/** What a client of the events does. */
class Reader {
  readonly #log: ChatLog
  #position: Position = begin
  readonly #authors = new Map<string, string>()
  readonly received = new Set<string>()
  shown: string[] = []
  skipped = 0

  constructor(log: ChatLog) {
    this.#log = log
  }

  read(): void {
    const { removed, messages } = this.#log.since(this.#position) ?? {}
    this.#position = this.#log.end
    const isRemoved = (id: string) =>
      removed?.all === true ||
      removed?.message_ids.includes(id) === true ||
      removed?.user_ids.includes(this.#authors.get(id) ?? '') === true
    this.shown = this.shown.filter((id) => !isRemoved(id))
    for (const { message_id, user_id } of messages?.messages ?? []) {
      this.shown.push(message_id)
      this.received.add(message_id)
      this.#authors.set(message_id, user_id)
    }
    this.skipped += messages?.skipped ?? 0
  }
}
