import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  maxFurtherBytes,
  windowSummary as schema,
  type WindowSummary,
} from '@chat-battle/contracts/records/window-summary'
import { seriesStepMs } from '@chat-battle/contracts/window'
import { TopEmotes } from './aggregates/top-emotes.ts'
import { message, moderation } from './chat-events.fixture.ts'
import { RangeSketch } from './collections/range-sketch.ts'
import { PartitionState } from './partition.ts'
import { windowSummary } from './window-summary.ts'

const start = 1_700_000_400_000

function summaryOf(events: readonly ReturnType<typeof message | typeof moderation>[]): WindowSummary {
  const state = new PartitionState()
  events.forEach((event, offset) => state.apply(event, BigInt(offset), event.timestamp))
  const [open] = [...state.openWindows()]
  if (open === undefined) throw new Error('no window is open')
  return schema.parse(windowSummary(open.channel, open.window, open.revision, false))
}

const line = fc.record({
  at: fc.nat(599_999),
  user: fc.nat(40),
  bits: fc.constantFrom(0, 0, 0, 5, 100),
  emotes: fc.array(
    fc.record({
      id: fc.constantFrom('25', '88'),
      provider: fc.constantFrom('twitch' as const, 'ffz' as const),
    }),
    { maxLength: 3 },
  ),
})

test('has the people, the emotes by provider, and the bits of each step', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 80 }), (lines) => {
      const summary = summaryOf(
        lines.map(({ at, user, bits, emotes }) =>
          message(start + at, {
            user_id: String(user),
            username: `p${user}`,
            bits,
            emotes: emotes.map((emote) => ({ ...emote, name: emote.id, start: 0, end: 2 })),
          }),
        ),
      )
      const sketch = new RangeSketch()
      for (const { user } of lines) sketch.add(String(user))
      expect(summary.sketch).toBe(sketch.encode().toString('base64'))
      expect(byKey(summary.people.entries.map(([id, , count]) => [id, count]))).toEqual(
        counted(lines.map(({ user }) => [String(user), 1])),
      )
      expect(
        byKey(summary.emotes.entries.map(([id, , count, provider]) => [`${provider} ${id}`, count])),
      ).toEqual(
        counted(
          lines.flatMap(({ emotes }) => emotes.map(({ id, provider }) => [`${provider} ${id}`, 1] as const)),
        ),
      )
      expect(byKey(summary.steps.bits)).toEqual(
        counted(
          lines.filter(({ bits }) => bits > 0).map(({ at, bits }) => [Math.floor(at / seriesStepMs), bits]),
        ),
      )
    }),
    { numRuns: 50 },
  )
})

function emoteTable(names: readonly string[]): TopEmotes {
  const table = new TopEmotes()
  for (const [index, name] of names.entries()) {
    const emote = { id: String(index), name, start: 0, end: 1, provider: 'ffz' as const }
    // The first ones are used more often.
    for (let count = 0; count < names.length - index; count++)
      table.countMessage(message(start, { emotes: [emote] }))
  }
  return table
}

test('lists the emotes behind the first ones, each once', () => {
  const table = emoteTable(Array.from({ length: 230 }, (_, index) => `e${index}`))
  const further = table.further(200)
  expect(further?.entries.map(([id, name, count, provider]) => [id, name, count, provider])).toEqual(
    Array.from({ length: 30 }, (_, index) => [String(200 + index), `e${200 + index}`, 30 - index, 'ffz']),
  )
  expect(further?.max_unlisted).toBe(0)
  expect(table.further(230)).toBeNull()
})

test('ends the list of further emotes before its record is too large', () => {
  const table = emoteTable(Array.from({ length: 300 }, () => '\u0000'.repeat(256)))
  const further = table.further(0)
  expect(Buffer.byteLength(JSON.stringify(further))).toBeLessThanOrEqual(maxFurtherBytes + 50)
  const listed = further?.entries.length ?? 0
  expect(listed).toBeGreaterThan(200)
  expect(further?.max_unlisted).toBe(300 - listed)
})

test('has further emotes once the window is final only', () => {
  const state = new PartitionState()
  const emotes = Array.from({ length: 201 }, (_, id) => ({
    id: String(id),
    name: 'x',
    start: 0,
    end: 1,
    provider: 'ffz' as const,
  }))
  state.apply(message(start, { emotes }), 0n, start)
  const [open] = [...state.openWindows()]
  if (open === undefined) throw new Error('no window is open')
  const furtherOf = (final: boolean) =>
    schema.parse(windowSummary(open.channel, open.window, 1, final)).further_emotes
  expect(furtherOf(false)).toBeNull()
  expect(furtherOf(true)?.entries).toHaveLength(1)
})

test('has each moderated message in the step that it was sent in, and an unknown one in the last', () => {
  const summary = summaryOf([
    message(start, { message_id: 'a' }),
    message(start + 7000, { message_id: 'b' }),
    message(start + 8000, { message_id: 'c', user_id: '8' }),
    message(start + 20_000, { message_id: 'd' }),
    moderation(start + 21_000, { action: 'clear_chat', target_user_id: null, target_username: null }),
    message(start + 30_000, { message_id: 'e' }),
    moderation(start + 31_000, { action: 'delete_message', target_message_id: 'a' }),
    moderation(start + 31_000, { action: 'delete_message', target_message_id: 'unknown' }),
  ])
  expect(summary.steps.moderated_messages).toEqual([
    [0, 1],
    [1, 2],
    [4, 1],
    [119, 1],
  ])
})

test('lists nobody who was banned, and counts them all the same', () => {
  const summary = summaryOf([
    message(start, { user_id: '1', username: 'one' }),
    message(start, { user_id: '2', username: 'two' }),
    moderation(start + 1, { target_user_id: '1', target_username: 'one' }),
  ])
  expect(summary.people.entries).toEqual([['2', 'two', 1, false]])
  const sketch = new RangeSketch()
  sketch.merge(Buffer.from(summary.sketch, 'base64'))
  expect(sketch.estimate()).toBe(2)
})

test('takes less than a record, with the longest names and ids', () => {
  const events = Array.from({ length: 400 }, (_, index) => {
    const name = `${index}`.padEnd(256, '\u{1F600}')
    const id = `${index}`.padEnd(128, 'x')
    const emotes = [{ id, name, start: 0, end: 1, provider: '7tv' as const }]
    return message(start, { user_id: id, username: name, emotes })
  })
  expect(JSON.stringify(summaryOf(events)).length).toBeLessThan(900_000)
})

function counted(entries: (readonly [string | number, number])[]): [string | number, number][] {
  const counts = new Map<string | number, number>()
  for (const [key, count] of entries) counts.set(key, (counts.get(key) ?? 0) + count)
  return byKey([...counts])
}

function byKey<Key extends string | number>(entries: [Key, number][]): [Key, number][] {
  return entries.toSorted(([one], [other]) => (one < other ? -1 : 1))
}
