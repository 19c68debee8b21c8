import { expect, test } from 'vitest'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { errorBody } from '@chat-battle/contracts/rest/errors'
import { listBusiest } from '@chat-battle/contracts/rest/routes/list-busiest'
import { windowMs } from '@chat-battle/contracts/window'
import { statsFixture } from '../../stats.fixture.ts'
import { recordOf } from '../rest.fixture.ts'
import { startWithChannels } from './several-channels.fixture.ts'

async function start() {
  const rest = await startWithChannels()
  const { statsView, statusView } = rest
  for (const [index, channel_login] of ['loud', 'level', 'mute'].entries()) {
    const channel_id = String(2001 + index)
    statusView.apply(recordOf({ channel_login, channel_id }))
    const message_count = { loud: 90, level: 7, mute: 0 }[channel_login] ?? 0
    if (message_count > 0)
      statsView.apply(statsFixture({ channel_id, channel_login, window_start: 5 * windowMs, message_count }))
  }
  return rest
}

test('lists the joined channels by the messages of their current window, and renews no lease', async () => {
  const { origin, leased } = await start()
  const { channels } = await callRoute(listBusiest, {}, { origin })
  expect(channels.map(({ status, stats }) => [status.channel_login, stats.message_count])).toEqual([
    ['loud', 90],
    ['arena', 7],
    ['level', 7],
    ['mute', 0],
  ])
  expect(leased).toEqual([])
})

test('lists as many channels as are requested', async () => {
  const { origin } = await start()
  const { channels } = await callRoute(listBusiest, { query: { limit: 2 } }, { origin })
  expect(channels.map(({ status }) => status.channel_login)).toEqual(['loud', 'arena'])
})

test.each(['?limit=0', '?limit=9', '?limit=all'])('refuses %s', async (query) => {
  const { origin } = await start()
  const response = await fetch(`${origin}/api/busiest${query}`)
  expect(response.status).toBe(400)
  expect(errorBody.parse(await response.json()).error.kind).toBe('malformed_request')
})
