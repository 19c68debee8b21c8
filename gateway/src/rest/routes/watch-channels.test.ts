import { expect, test } from 'vitest'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { watchChannels } from '@chat-battle/contracts/rest/routes/watch-channels'
import { ChannelAllowance } from '../../limits/channel-allowance.ts'
import { startWithChannels } from './several-channels.fixture.ts'

async function watch(origin: string, channels: string[]) {
  return (await callRoute(watchChannels, { query: { channels } }, { origin })).leases
}

test('takes a lease per channel, and reports a refusal in the entry of its channel', async () => {
  const { origin, leased } = await startWithChannels()
  const leases = await watch(origin, ['New1', '1001', 'no name'])
  expect(leases).toMatchObject([
    { asked: 'New1', channel_login: 'new1', error: null },
    { asked: '1001', channel_login: 'arena', error: null },
    { asked: 'no name', channel_login: null, lease_until: null, error: { kind: 'malformed_channel' } },
  ])
  expect(leases.map(({ lease_until }) => lease_until !== null)).toEqual([true, true, false])
  expect(leased).toEqual(['new1', 'arena'])
})

test('refuses the next channel of an address with too many, and keeps its channels', async () => {
  const allowance = new ChannelAllowance({ maxChannels: 12, countsForMs: 60_000 })
  const { origin, leased } = await startWithChannels({ allowance })
  const kinds = async (names: string[]) =>
    (await watch(origin, names)).map(({ error }) => error?.kind ?? 'ok')
  await kinds(Array.from({ length: 8 }, (_, index) => `many${index}`))
  await kinds(Array.from({ length: 8 }, (_, index) => `more${index}`))
  expect(await kinds(['many0', 'one_too_many'])).toEqual(['ok', 'rate_limited'])
  expect(leased).not.toContain('one_too_many')
})

test('reports a lease that Kafka does not acknowledge in the entry of its channel', async () => {
  const { origin, kafka } = await startWithChannels()
  kafka.isAway = true
  expect(await watch(origin, ['arena'])).toMatchObject([
    { channel_login: 'arena', lease_until: null, error: { kind: 'not_ready' } },
  ])
})

test.each(['', '?channels=', '?channels=a,b,c,d,e,f,g,h,i', '?channels=a,b,c,d&channels=e,f,g,h,i'])(
  'refuses the list of names %o, as snapshots do',
  async (query) => {
    const { origin } = await startWithChannels()
    for (const [method, path] of [
      ['GET', '/api/snapshots'],
      ['POST', '/api/watch'],
    ]) {
      const response = await fetch(origin + path + query, { method: method ?? '' })
      expect(response.status).toBe(400)
      expect(errorBody.parse(await response.json()).error.kind).toBe('malformed_request')
    }
  },
)
