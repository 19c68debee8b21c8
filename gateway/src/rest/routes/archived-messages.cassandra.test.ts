import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { callRoute, CallFailed } from '@chat-battle/contracts/rest/call-route'
import { exportMessages, maxExports } from '@chat-battle/contracts/rest/routes/export-messages'
import { maxSearches, searchMessages as route } from '@chat-battle/contracts/rest/routes/search-messages'
import { windowMs } from '@chat-battle/contracts/window'
import { message } from '@chat-battle/statistics/chat-events.fixture'
import { startArchiveFixture } from '../../archive/archive.fixture.ts'
import type { ArchiveReader } from '../../archive/archive-reader.ts'
import { searchMessages } from '../../archive/search.ts'
import { RequestRefused } from '../../refusal.ts'
import { startRest } from '../rest.fixture.ts'

const from = 2_900_000 * windowMs
/** Two messages per minute, over 3 windows, of three people in turn. */
const texts = ['Hello World', 'say "hi", LUL', '=1+1 hello', 'ok\nworld hello', 'Good   LUL night', 'hello!']
const events = Array.from({ length: 60 }, (_, index) =>
  message(from + index * 30_000, {
    message_id: `m${String(index).padStart(3, '0')}`,
    user_id: String(index % 3),
    username: `person${index % 3}`,
    message: texts[index % texts.length] ?? '',
    emotes:
      index % texts.length === 4 ? [{ id: '25', name: 'LUL', start: 7, end: 10, provider: 'twitch' }] : [],
  }),
)
const to = from + 3 * windowMs
/** Four messages per millisecond, six of them in each of two windows: their ids, newest first. */
const burstEvents = Array.from({ length: 48 }, (_, index) => {
  const [turn, part] = [Math.floor(index / 4), index % 4]
  return message(from + (turn < 6 ? turn : windowMs - 6 + turn), {
    channel_id: '1005',
    message_id: `${String(turn).padStart(2, '0')}${part}`,
    message: 'burst',
  })
})
const bursts = burstEvents
  .toSorted((a, b) => b.timestamp - a.timestamp || Number(a.message_id) - Number(b.message_id))
  .map(({ message_id }) => message_id)

let fixture: Awaited<ReturnType<typeof startArchiveFixture>>
beforeAll(async () => {
  fixture = await startArchiveFixture()
  await fixture.write(
    [...events, ...burstEvents].map((event, index) => ({
      event,
      offset: index,
      appendedAtMs: event.timestamp + 100,
    })),
  )
})
afterAll(() => fixture[Symbol.asyncDispose]())

type Query = Parameters<typeof callRoute<typeof route>>[1] & {}

async function search(query: Partial<Query['query'] & object> = {}, archive = fixture.archive) {
  const { origin } = await startRest({ archive })
  return callRoute(route, { params: { channel: '1001' }, query: { from, to, ...query } }, { origin })
}

const ids = ({ messages }: { messages: { message_id: string }[] }) =>
  messages.map(({ message_id }) => Number(message_id.slice(1)))
const every = (wanted: (index: number) => boolean) =>
  events
    .map((_, index) => index)
    .filter(wanted)
    .reverse()

test.each<[string, object, (index: number) => boolean]>([
  ['a word in any case', { words: 'HELLO' }, (index) => [0, 2, 3, 5].includes(index % 6)],
  ['two words', { words: 'world hello' }, (index) => [0, 3].includes(index % 6)],
  ['a phrase across white space', { words: '"good lul"' }, (index) => index % 6 === 4],
  ['a phrase in its order only', { words: '"world hello"' }, (index) => index % 6 === 3],
  ['a phrase without a word', { words: '"=1+"' }, (index) => index % 6 === 2],
  ['an emote, not its name as a word', { emote: 'LUL' }, (index) => index % 6 === 4],
  ['an emote in exact case', { emote: 'lul' }, () => false],
  ['no emote by its provider', { emote: 'twitch' }, () => false],
  ['a person by login', { user: '@Person1' }, (index) => index % 3 === 1],
  ['a person by id', { user: '2', words: 'hello' }, (index) => [2, 5].includes(index % 6)],
  ['everything', {}, () => true],
  ['a part of the range', { from: from + 30_000, to: from + 90_000 }, (index) => index === 1 || index === 2],
  ['nothing outside the range', { from: to, to: to + windowMs }, () => false],
])('finds %s, newest first, with an exact count', async (_, query, wanted) => {
  const found = await search(query)
  expect(ids(found)).toEqual(every(wanted))
  expect(found).toMatchObject({ matched: every(wanted).length, cursor: null })
  expect(found.scanned).toEqual({
    from,
    to,
    ...Object.fromEntries(Object.entries(query).filter(([name]) => name === 'from' || name === 'to')),
  })
})

test.each([
  [1, 1],
  [3, 2],
  [7, 5],
  [20, 5000],
])(
  'continues by cursors without a gap or a repetition, after %i rows in pages of %i',
  async (maxRows, rowsPerPage) => {
    const range = { channelId: '1005', from: from - windowMs, to: from + 2 * windowMs }
    const archive = fixture.archive
    const whole = await searchMessages(archive, { ...range, words: 'burst' })
    expect(whole.messages.map(({ message_id }) => message_id)).toEqual(bursts)
    expect(whole).toMatchObject({ matched: 48, scanned: { from: range.from, to: range.to }, cursor: null })
    const found: string[] = []
    let [matched, end]: [number, number] = [0, range.to]
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await searchMessages(
        archive,
        { ...range, words: 'burst', cursor },
        { maxRows, rowsPerPage },
      )
      expect(page.scanned.to).toBe(end)
      expect(page.matched).toBe(page.messages.length)
      found.push(...page.messages.map(({ message_id }) => message_id))
      ;[matched, end, cursor] = [matched + page.matched, page.scanned.from, page.cursor]
    }
    expect({ found, matched, end }).toEqual({ found: bursts, matched: 48, end: range.from })
  },
)

test('answers with what it has after three seconds', async () => {
  let nowMs = 0
  const now = () => (nowMs += 1600)
  const page = await searchMessages(fixture.archive, { channelId: '1001', from, to }, { now })
  expect(page.scanned).toEqual({ from: to - 2 * windowMs, to })
  expect(page).toMatchObject({ matched: 40, cursor: expect.any(String) as string })
})

test('does not count a message whose text is removed while it is searched', async () => {
  const archive = {
    async page(...[query, values, options]: Parameters<ArchiveReader['page']>) {
      const page = await fixture.archive.page(query, values, options)
      if (values.at(-1) !== 'm003') return page
      return { ...page, rows: page.rows.map((row) => ({ ...row, message: '' })) }
    },
  }
  const found = await searchMessages(archive, { channelId: '1001', from, to, words: 'hello world' })
  expect(found.matched).toBe(every((index) => [0, 3].includes(index % 6)).length - 1)
  expect(ids(found)).not.toContain(3)
})

test('fails once when the archive goes away while several windows are read', async () => {
  const archive = { page: () => Promise.reject(new RequestRefused('archive_unavailable', 'away')) }
  await expect(searchMessages(archive, { channelId: '1001', from, to })).rejects.toThrow('away')
})

test('serves a limited number of searches at the same time', async () => {
  const { promise: isOpen, resolve: open } = Promise.withResolvers<undefined>()
  let reads = 0
  const archive = {
    async page(...given: Parameters<ArchiveReader['page']>) {
      reads++
      await isOpen
      return fixture.archive.page(...given)
    },
  }
  const { send } = await startRest({ archive })
  const path = `/api/channels/1001/messages?from=${from}&to=${to}`
  const searches = Array.from({ length: maxSearches }, () => send('GET', path))
  await vi.waitFor(() => expect(reads).toBe(maxSearches))
  expect((await send('GET', path)).status).toBe(429)
  open(undefined)
  expect((await Promise.all(searches)).map(({ status }) => status)).toEqual(searches.map(() => 200))
  expect((await send('GET', path)).status).toBe(200)
})

test('returns pages of 100 messages, also within one millisecond', async () => {
  const crowd = Array.from({ length: 250 }, (_, index) =>
    message(from, { channel_id: '1002', message_id: `c${String(index).padStart(3, '0')}`, message: 'wave' }),
  )
  await fixture.write(crowd.map((event, index) => ({ event, offset: 100 + index, appendedAtMs: from })))
  const { origin } = await startRest({ archive: fixture.archive })
  const pages = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { from, to, words: 'wave', ...(cursor === undefined ? {} : { cursor }) }
    const page = await callRoute(route, { params: { channel: '1002' }, query }, { origin })
    pages.push(page)
    cursor = page.cursor
  }
  expect(pages.map(({ matched }) => matched)).toEqual([250, 150, 50])
  expect(pages.flatMap(ids)).toEqual(crowd.map((_, index) => index))
})

test('neither finds nor exports a message that was removed, or one of a person who opted out', async () => {
  const hidden = [
    message(from, { channel_id: '1003', message_id: 'a', message: 'secret' }),
    message(from, { channel_id: '1003', message_id: 'b', message: 'secret', is_anonymous: true }),
    message(from, { channel_id: '1003', message_id: 'c', message: 'secret' }),
  ]
  await fixture.write(hidden.map((event, index) => ({ event, offset: 400 + index, appendedAtMs: from })))
  const key = `channel_id = '1003' AND window_start = ${from} AND timestamp = ${from} AND message_id = 'a'`
  await fixture.cassandra.execute(`DELETE message FROM raw_chat_messages WHERE ${key}`, [], {
    prepare: false,
  })
  const { origin, send } = await startRest({ archive: fixture.archive })
  for (const words of ['secret', '"secret"', '']) {
    const query = { from, to, words }
    const found = await callRoute(route, { params: { channel: '1003' }, query }, { origin })
    expect([found.matched, found.messages.map(({ message_id }) => message_id)]).toEqual([1, ['c']])
  }
  const { text } = await send('GET', `/api/channels/1003/export?from=${from}&to=${to}`)
  expect(text.match(/secret/g)).toHaveLength(1)
  expect(text).toContain('{"end":{"messages":1,"left_out":2}}\n')
})

test.each<[string, object, string]>([
  ['an unknown cursor', { cursor: 'garbage' }, 'malformed_request'],
  ['a cursor of another range', { cursor: Buffer.from('[5,""]').toString('base64url') }, 'malformed_request'],
  [
    'a cursor with a wrong id',
    { cursor: Buffer.from(`[${from},7]`).toString('base64url') },
    'malformed_request',
  ],
  ['a quotation mark without its other one', { words: 'a "b' }, 'malformed_request'],
  ['an empty phrase', { words: '""' }, 'malformed_request'],
  ['a word without a letter', { words: '???' }, 'malformed_request'],
  ['too many words', { words: 'a b c d e f g h i' }, 'malformed_request'],
  ['an empty range', { to: from }, 'range_not_served'],
  ['a range of nine days', { to: from + 9 * 144 * windowMs }, 'range_not_served'],
])('refuses %s', async (_, query, kind) => {
  const error = await search(query).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(CallFailed)
  expect((error as CallFailed).error?.kind).toBe(kind)
  expect((error as CallFailed).status).toBe(400)
})

test.each(['messages', 'export'])('serves %s to the operator only', async (path) => {
  const { send } = await startRest({ archive: fixture.archive, operatorToken: 'x'.repeat(16) })
  const get = (headers = {}) => send('GET', `/api/channels/1001/${path}?from=${from}&to=${to}`, headers)
  expect((await get()).status).toBe(401)
  expect((await get({ authorization: `Bearer ${'x'.repeat(16)}` })).status).toBe(200)
})

test('exports every message once, oldest first, and the end', async () => {
  const { send } = await startRest({ archive: fixture.archive })
  const { text, headers } = await send('GET', `/api/channels/1001/export?from=${from}&to=${to}&format=ndjson`)
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => exportMessages.responses[200].body.parse(JSON.parse(line)))
  expect(lines.map((line) => ('end' in line ? line.end : line.message_id))).toEqual([
    ...events.map(({ message_id }) => message_id),
    { messages: 60, left_out: 0 },
  ])
  expect(headers).toMatchObject({
    'content-type': 'application/x-ndjson; charset=utf-8',
    'content-disposition': `attachment; filename="1001-${from}-${to}.ndjson"`,
  })
})

test('exports cells that no spreadsheet takes for a formula', async () => {
  const { send } = await startRest({ archive: fixture.archive })
  const { text } = await send('GET', `/api/channels/1001/export?from=${from}&to=${from + 120_000}&format=csv`)
  const [header, ...lines] = text.split('\r\n')
  expect(header?.split(',').slice(0, 7)).toEqual(
    'timestamp,time,message_id,user_id,username,display_name,message'.split(','),
  )
  const cells = ['Hello World', '"say ""hi"", LUL"', "'=1+1 hello", '"ok\nworld hello"']
  expect(lines.slice(0, 4).map((line, index) => line.includes(`,Seven,${cells[index]},`))).toEqual(
    cells.map(() => true),
  )
  expect(lines[4]).toMatch(/^end,.*,"4 messages, 0 left out",/)
})

/** An archive that fails, or waits, after so many pages. */
function archiveThat(act: () => Promise<never>, afterPages: number): Pick<ArchiveReader, 'page'> {
  let pages = 0
  return { page: (...given) => (++pages > afterPages ? act() : fixture.archive.page(...given)) }
}
const away = () => Promise.reject(new RequestRefused('archive_unavailable', 'away'))

test('answers by an error while the archive is away, and cuts an export that has begun', async () => {
  const path = `/api/channels/1001/export?from=${from}&to=${to}`
  const none = await startRest({ archive: archiveThat(away, 0) })
  expect((await none.send('GET', path)).status).toBe(503)
  expect((await none.send('GET', path.replace('export', 'messages'))).status).toBe(503)
  // Two pages find the channel.
  const begun = await startRest({ archive: archiveThat(away, 4) })
  await expect(begun.send('GET', path)).rejects.toThrow('aborted')
})

test('stops reading for clients that have left, and gives their places to the next', async () => {
  const reading: (() => void)[] = []
  let isOpen = false
  const archive: Pick<ArchiveReader, 'page'> = {
    async page(...given) {
      if (!isOpen && Number(given[1][1]) > from) await new Promise<void>((go) => reading.push(go))
      return fixture.archive.page(...given)
    },
  }
  const { origin, send } = await startRest({ archive })
  const path = `/api/channels/1001/export?from=${from}&to=${to}`
  const responses = await Promise.all(
    Array.from({ length: maxExports }, async () => {
      const request = httpRequest(origin + path, { agent: false }).end()
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      return response.on('error', () => undefined)
    }),
  )
  await vi.waitFor(() => expect(reading).toHaveLength(maxExports))
  expect((await send('GET', path)).status).toBe(429)
  for (const response of responses) response.destroy()
  isOpen = true
  for (const go of reading) go()
  await vi.waitFor(async () => expect((await send('GET', path)).status).toBe(200))
  expect(reading).toHaveLength(maxExports)
})
