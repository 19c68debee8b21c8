import { expect, test } from 'vitest'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { listChannels, type ChannelList } from '@chat-battle/contracts/rest/routes/list-channels'
import { recordOf } from '../rest.fixture.ts'
import { startWithChannels } from './several-channels.fixture.ts'

const loginsOf = ({ channels }: ChannelList) => channels.map(({ channel_login }) => channel_login)

test('lists every monitored channel once, in bounded pages', async () => {
  const { origin, statusView } = await startWithChannels()
  const logins = Array.from({ length: 250 }, (_, index) => `page_${String(index).padStart(3, '0')}`)
  for (const channel_login of logins) statusView.apply(recordOf({ channel_login }))
  const read = (query: { limit?: number; cursor?: string } = {}) =>
    callRoute(listChannels, { query }, { origin })

  expect((await read()).channels).toHaveLength(100)
  const seen: string[] = []
  let cursor: string | null | undefined
  for (let pages = 0; cursor !== null; pages++) {
    expect(pages).toBeLessThan(10)
    const page: ChannelList = await read({ limit: 60, ...(cursor === undefined ? {} : { cursor }) })
    expect(page.channels.length).toBeLessThanOrEqual(60)
    seen.push(...loginsOf(page))
    cursor = page.next_cursor
  }
  expect(seen).toEqual(['arena', 'gone', ...logins, 'waiting'])
  expect((await read({ limit: 1000 })).next_cursor).toBeNull()
})

test('lists only the requested channels and states', async () => {
  const { origin } = await startWithChannels()
  const read = async (query: string) =>
    loginsOf(
      listChannels.responses[200].body.parse(await (await fetch(`${origin}/api/channels${query}`)).json()),
    )
  expect(await read('?logins=WAITING,1001,left,never')).toEqual(['arena', 'waiting'])
  expect(await read('?logins=')).toEqual([])
  expect(await read('?state=not_found,joining')).toEqual(['gone', 'waiting'])
})

test.each([
  ['?limit=0', 'malformed_request'],
  ['?limit=1001', 'malformed_request'],
  ['?limit=ten', 'malformed_request'],
  ['?cursor=A%20b', 'malformed_request'],
  ['?state=asleep', 'malformed_request'],
  ['?logins=no%20name', 'malformed_channel'],
])('refuses %s with %s', async (query, kind) => {
  const { origin } = await startWithChannels()
  const response = await fetch(`${origin}/api/channels${query}`)
  expect(response.status).toBe(400)
  expect(errorBody.parse(await response.json()).error.kind).toBe(kind)
})
