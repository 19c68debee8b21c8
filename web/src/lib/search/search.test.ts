import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { FoundMessages } from '@chat-battle/contracts/rest/routes/search-messages'
import { Search } from './search.svelte.ts'

const at = (utc: string) => Date.parse(`${utc}Z`)
const query = {
  channel: 'one',
  words: 'gg',
  emote: '',
  user: '',
  from: at('2026-11-25T12:00'),
  to: at('2026-11-26T12:00'),
}
const midnight = at('2026-11-26T00:00')

let requests: URLSearchParams[]
let refused: string[]
let answer: (search: URLSearchParams) => FoundMessages | { kind: string; status: number }

beforeEach(() => {
  requests = []
  refused = []
  vi.stubGlobal('fetch', (path: string) => {
    const { searchParams } = new URL(path, 'http://page')
    requests.push(searchParams)
    const found = answer(searchParams)
    if (!('kind' in found)) return Promise.resolve(Response.json(found))
    const { kind, status } = found
    return Promise.resolve(Response.json({ error: { kind, message: 'no' } }, { status }))
  })
})
afterEach(() => vi.unstubAllGlobals())

/** A page without messages, scanned back to `from`, or to the start of the request's range. */
const counted = (
  search: URLSearchParams,
  matched: number,
  from = Number(search.get('from')),
): FoundMessages => ({
  messages: [],
  matched,
  scanned: { from, to: Number(search.get('to')) },
  cursor: from > Number(search.get('from')) ? 'more' : null,
})

function start() {
  const options = {
    token: 'a token',
    zone: 'UTC',
    onTokenRefused: (token: string) => void refused.push(token),
  }
  const search = new Search(query, options)
  search.start()
  return search
}

test('counts every day of the range, each in as many requests as it takes', async () => {
  const noon = at('2026-11-26T06:00')
  answer = (search) => (Number(search.get('to')) === query.to ? counted(search, 5, noon) : counted(search, 2))
  const search = start()
  await vi.waitFor(() => expect(search.isCounting).toBe(false))
  expect(search.days.map(({ matched }) => matched)).toEqual([5 + 2, 2])
  expect([search.matched, search.countedFrom]).toEqual([9, query.from])
  expect(requests.slice(1).map((each) => [Number(each.get('from')), Number(each.get('to'))])).toEqual([
    [midnight, query.to],
    [midnight, noon],
    [query.from, midnight],
  ])
  expect(requests.every((each) => each.get('words') === 'gg' && !each.has('emote'))).toBe(true)
})

test('stops counting after a while, and goes on when it is told to', async () => {
  answer = (search) => counted(search, 1, Number(search.get('to')) - 60_000)
  const search = start()
  await vi.waitFor(() => expect(search.isCounting).toBe(false))
  expect([search.matched, search.countedFrom]).toEqual([16, query.to - 16 * 60_000])
  await search.count()
  expect(search.matched).toBe(32)
})

test('ends where messages are no longer kept', async () => {
  const kept = at('2026-11-25T18:00')
  answer = (search) => {
    if (Number(search.get('to')) <= kept) return { kind: 'range_not_served', status: 400 }
    return counted(search, 3, Math.max(kept, Number(search.get('from'))))
  }
  const search = start()
  await vi.waitFor(() => expect(search.isCounting).toBe(false))
  expect([search.matched, search.keptFrom, search.countedFrom, search.error]).toEqual([6, kept, kept, null])
})

test('reports an error, and goes on where it failed', async () => {
  answer = () => ({ kind: 'archive_unavailable', status: 503 })
  const search = start()
  await vi.waitFor(() => expect(search.isCounting).toBe(false))
  expect([search.error?.kind, requests.length, search.isSearching]).toEqual(['archive_unavailable', 1, false])
  answer = (given) => counted(given, 1)
  await search.again()
  expect([search.error, search.matched]).toEqual([null, 2])
})

test('reports a refused token', async () => {
  answer = () => ({ kind: 'unauthorized', status: 401 })
  start()
  await vi.waitFor(() => expect(refused).toEqual(['a token']))
})
