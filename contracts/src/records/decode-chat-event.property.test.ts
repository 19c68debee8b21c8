import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { chatEvent } from './chat-event.ts'
import { decodeChatEvent } from './decode-chat-event.ts'

// For a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const text = (maxLength: number) => fc.oneof(fc.string({ maxLength: 20 }), fc.constant('x'.repeat(maxLength)))
const opaqueId = fc.oneof(fc.uuid(), fc.string({ minLength: 1, maxLength: 20 }), fc.constant('x'.repeat(128)))
const digits = fc.stringMatching(/^[0-9]{1,20}$/)
const login = fc.stringMatching(/^[a-z0-9_]{1,64}$/)
const count = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER), fc.constant(-0))
const epochMs = fc.oneof(fc.nat(), fc.constant(8.64e15))
const textByName = fc.dictionary(fc.oneof(fc.string({ maxLength: 8 }), fc.constant('__proto__')), text(10))
const inChannel = { channel_id: digits, channel_login: login }

const optional = {
  color: fc.option(fc.stringMatching(/^#[0-9a-f]{6}$/)),
  is_bot: fc.option(fc.boolean()),
  mood: fc.option(fc.constantFrom(-1, 0, 1)),
  is_anonymous: fc.boolean(),
}
const emote = fc.record(
  {
    id: opaqueId,
    name: text(256),
    start: count,
    end: count,
    provider: fc.constantFrom('twitch', '7tv', 'bttv', 'ffz'),
    is_zero_width: fc.constant(true as const),
  },
  { requiredKeys: ['id', 'name', 'start', 'end'] },
)
const written = fc.record({
  type: fc.constant('message'),
  ...inChannel,
  message_id: opaqueId,
  user_id: opaqueId,
  username: text(256),
  display_name: text(256),
  message: text(4096),
  is_action: fc.boolean(),
  timestamp: epochMs,
  emotes: fc.array(emote, { maxLength: 3 }),
  badges: textByName,
  bits: count,
  is_first: fc.boolean(),
  is_subscriber: fc.boolean(),
  reply_to: fc.option(
    fc.record({
      message_id: opaqueId,
      user_id: opaqueId,
      username: text(256),
      is_bot: fc.option(fc.boolean()),
    }),
  ),
  source_channel_id: fc.option(digits),
  source_message_id: fc.option(opaqueId),
})
const message = fc
  .tuple(written, fc.record(optional, { requiredKeys: [] }))
  .map(([required, added]) => ({ ...required, ...added }))
const tick = fc.record(
  {
    type: fc.constant('tick'),
    ...inChannel,
    timestamp: fc.option(epochMs),
    covered_from: fc.option(epochMs),
    covered_to: fc.option(epochMs),
  },
  { requiredKeys: ['type', 'channel_id', 'channel_login', 'timestamp'] },
)
const moderation = fc.record({
  type: fc.constant('moderation'),
  ...inChannel,
  action: fc.constantFrom('clear_chat', 'ban', 'timeout', 'delete_message'),
  target_user_id: fc.option(opaqueId),
  target_username: fc.option(text(256)),
  target_message_id: fc.option(opaqueId),
  duration_s: fc.option(count),
  timestamp: epochMs,
})
const notice = fc.record({
  type: fc.constant('notice'),
  ...inChannel,
  notice_id: opaqueId,
  kind: fc.string({ minLength: 1, maxLength: 64 }),
  user_id: fc.option(opaqueId),
  username: fc.option(text(256)),
  display_name: fc.option(text(256)),
  message: fc.option(text(4096)),
  system_message: text(4096),
  params: textByName,
  source_channel_id: fc.option(digits),
  timestamp: epochMs,
})
const live = fc.record({
  type: fc.constant('live'),
  ...inChannel,
  timestamp: epochMs,
  stream: fc.option(
    fc.record({
      stream_id: opaqueId,
      started_at: epochMs,
      title: text(300),
      category: text(256),
      viewers: count,
    }),
  ),
  changes: fc.array(fc.constantFrom('started', 'ended', 'title', 'category'), { maxLength: 4 }),
})
const valid = fc.oneof(message, message, message, tick, moderation, notice, live)

/** Values at or beyond the limits of some field. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    null,
    true,
    0,
    -0,
    -1,
    0.5,
    8.64e15 + 1,
    2 ** 53,
    1e300,
    [],
    {},
    [null],
    'A',
    '#0000FF',
    '#0000ff\n',
    '1\n',
    '٣',
    'x'.repeat(65),
    'x'.repeat(129),
    'x'.repeat(257),
    'x'.repeat(4097),
    '1'.repeat(21),
    Array.from({ length: 1025 }, () => ({ id: '1', name: 'x', start: 0, end: 1 })),
  ),
  fc.jsonValue(),
)

type Json = Record<string, unknown>

/** All paths to a value within an event. */
function paths(json: unknown, path: string[] = []): string[][] {
  if (typeof json !== 'object' || json === null) return [path]
  return [path, ...Object.entries(json).flatMap(([key, value]) => paths(value, [...path, key]))]
}

function change(json: Json, path: readonly string[], edit: (parent: Json, key: string) => void): void {
  const parent = path.slice(0, -1).reduce<Json>((at, key) => at[key] as Json, json)
  const key = path.at(-1)
  if (key !== undefined) edit(parent, key)
}

/** Events with a value replaced, deleted or added somewhere. */
const nearlyValid = fc
  .record({ event: valid, at: fc.nat(), value: odd, how: fc.constantFrom('replace', 'delete', 'add') })
  .map(({ event, at, value, how }) => {
    const json = JSON.parse(JSON.stringify(event)) as Json
    const all = paths(json)
    change(json, all[at % all.length] ?? [], (parent, key) => {
      if (how === 'delete') Reflect.deleteProperty(parent, key)
      else parent[how === 'add' ? `${key}_more` : key] = value
    })
    return json
  })

function overTheWire(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json))
}

test.each([
  ['valid events', valid, 1500],
  ['nearly valid events', nearlyValid, 3000],
  ['any JSON', fc.jsonValue(), 1000],
])('accepts, refuses and reads %s as the schema does', (_, values, numRuns) => {
  const holds = fc.property(values, (value) => {
    const decoded = decodeChatEvent(overTheWire(value))
    const expected = chatEvent.safeParse(overTheWire(value))
    expect(decoded.success).toBe(expected.success)
    expect(decoded.data).toStrictEqual(expected.data)
    expect(decoded.error?.issues).toEqual(expected.error?.issues)
  })
  fc.assert(holds, { seed: 1_700_000_400, numRuns })
})

test('drops unknown fields of messages', () => {
  const [first] = fc.sample(message, { numRuns: 1, seed: 1 })
  const decoded = decodeChatEvent({ ...first, extra: 1 })
  expect(decoded.data).not.toHaveProperty('extra')
})
