import { expect, test } from 'vitest'
import { emoteSetRecord, maxPartBytes, type SetEmote } from '@chat-battle/contracts/records/emote-set'
import { emptySet } from '../providers/answer.ts'
import { setRecords } from './set-records.ts'

const owner = { channel_id: '7', provider: '7tv' } as const

function emote(name: string): SetEmote {
  return {
    id: 'x',
    name,
    is_zero_width: false,
    is_animated: false,
    folder: 'emote/x',
    files: {},
    still_files: {},
  }
}

test('makes a head and the parts that it names', () => {
  const { head, parts } = setRecords(owner, { ...emptySet, emotes: [emote('a')], bot_logins: ['bo'] }, 5)
  expect(head).toMatchObject({ ...owner, fetched_at: 5, parts: 1, emote_count: 1, bot_logins: ['bo'] })
  expect(parts).toMatchObject([{ ...owner, part: 0, content: head.content, emotes: [{ name: 'a' }] }])
})

test('names its content by the emotes alone', () => {
  const content = (names: string[], atMs: number, bots: string[]) =>
    setRecords(owner, { ...emptySet, emotes: names.map(emote), bot_logins: bots }, atMs).head.content
  expect(content(['a'], 5, [])).toBe(content(['a'], 6, ['bo']))
  expect(content(['a'], 5, [])).not.toBe(content(['b'], 5, []))
})

test('has no part without emotes', () => {
  expect(setRecords(owner, emptySet, 5)).toMatchObject({ head: { parts: 0, emote_count: 0 }, parts: [] })
})

test("divides a set of the longest emotes into parts below a record's limit", () => {
  const longest = (index: number): SetEmote => ({
    ...emote(String(index).padEnd(100, '\u0001')),
    id: 'i'.repeat(64),
    folder: Array.from({ length: 5 }, () => 'f'.repeat(64)).join('/'),
    files: {
      1: `${'g'.repeat(32)}/${'h'.repeat(64)}`,
      2: 'i'.repeat(64),
      3: 'j'.repeat(64),
      4: 'k'.repeat(64),
    },
  })
  const emotes = Array.from({ length: 600 }, (_, index) => longest(index))
  const { head, parts } = setRecords(owner, { ...emptySet, emotes }, 5)
  expect(parts.length).toBeGreaterThan(1)
  expect(parts.flatMap((part) => part.emotes.map(({ name }) => name))).toEqual(emotes.map(({ name }) => name))
  expect(head.parts).toBe(parts.length)
  for (const record of [head, ...parts]) {
    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(maxPartBytes + 1000)
    expect(emoteSetRecord.safeParse(record).success).toBe(true)
  }
})
