import { expect, test } from 'vitest'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { getSnapshots } from '@chat-battle/contracts/rest/routes/get-snapshots'
import { windowMs } from '@chat-battle/contracts/window'
import { startWithChannels } from './several-channels.fixture.ts'

async function read(origin: string, channels: string[], window_start?: number) {
  const { snapshots } = await callRoute(getSnapshots, { query: { channels, window_start } }, { origin })
  return snapshots
}

test('answers for each name in the order of the request', async () => {
  const { origin } = await startWithChannels()
  const entries = await read(origin, ['Arena', '1001', 'gone', 'left', 'waiting', 'never', 'no name'])
  expect(
    entries.map(({ asked, status, stats, error }) => [
      asked,
      status?.channel_login ?? null,
      status?.state ?? null,
      stats?.message_count ?? null,
      error?.kind ?? null,
    ]),
  ).toEqual([
    ['Arena', 'arena', 'joined', 7, null],
    ['1001', 'arena', 'joined', 7, null],
    ['gone', 'gone', 'not_found', null, 'channel_not_found'],
    ['left', null, null, null, 'channel_not_monitored'],
    ['waiting', 'waiting', 'joining', null, 'channel_not_monitored'],
    ['never', null, null, null, 'channel_not_monitored'],
    ['no name', null, null, null, 'malformed_channel'],
  ])
})

test('renews the leases of the monitored channels only', async () => {
  const { origin, leased } = await startWithChannels()
  await read(origin, ['Arena', '1001', 'gone', 'left', 'waiting', 'never', 'no name'])
  expect(new Set(leased)).toEqual(new Set(['arena', 'gone', 'waiting']))
})

test('reads another window by its start', async () => {
  const { origin } = await startWithChannels()
  const earlier = await read(origin, ['arena', 'waiting'], 4 * windowMs)
  expect(earlier[0]).toMatchObject({ stats: { message_count: 3, final: true } })
  const unknown = await read(origin, ['arena', 'waiting'], 3 * windowMs)
  expect(unknown[0]).toMatchObject({ stats: null, error: { kind: 'window_not_found' } })
})

test('treats a parameter that is given twice as one list', async () => {
  const { origin } = await startWithChannels()
  const response = await fetch(`${origin}/api/snapshots?channels=arena&channels=gone`)
  const { snapshots } = getSnapshots.responses[200].body.parse(await response.json())
  expect(snapshots.map(({ asked }) => asked)).toEqual(['arena', 'gone'])
})
