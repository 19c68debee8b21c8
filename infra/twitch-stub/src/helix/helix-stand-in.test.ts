import { expect, test } from 'vitest'
import { controlDoor, type Command } from '../control.ts'
import { startTwitch, type TwitchServer } from '../server.ts'
import { channelProfiles } from '../simulated-channels.ts'
import { demoApplication, simulatedStream, simulateStreams } from './simulated-streams.ts'

const hourMs = 3_600_000
const startMs = 1_700_000_400_000

async function read(twitch: TwitchServer, ids: readonly string[], token = 'good') {
  twitch.auth.applicationTokens.add('good')
  const query = ids.map((id) => `user_id=${id}`).join('&')
  const headers = { 'client-id': 'x', authorization: `Bearer ${token}` }
  const response = await fetch(`${twitch.apiUrl}/streams?${query}`, { headers })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

test('takes a point per request, and refuses further ones until the bucket is full again', async () => {
  await using twitch = await startTwitch()
  const { headers } = await read(twitch, ['1'])
  expect(headers.get('ratelimit-remaining')).toBe('799')
  twitch.helix.bucket.points = 0
  const refused = await read(twitch, ['1'])
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('ratelimit-reset')) * 1000).toBeGreaterThan(Date.now())
  twitch.helix.bucket.resetAtMs = 0
  expect((await read(twitch, ['1'])).status).toBe(200)
})

test('refuses unknown tokens, and more than a hundred channels', async () => {
  await using twitch = await startTwitch()
  expect((await read(twitch, ['1'], 'bad')).status).toBe(401)
  expect((await read(twitch, Array<string>(101).fill('1'))).status).toBe(400)
})

test('lets a stream and a failure be set through its control door', async () => {
  await using twitch: TwitchServer = await startTwitch({ onRequest: (request) => door(request) })
  const door = controlDoor(() => twitch)
  const command = (given: Command) =>
    fetch(twitch.url.replace('ws', 'http') + '/control', { method: 'POST', body: JSON.stringify(given) })
  const stream = { id: '40', login: 'arena', title: 'T', category: 'C', viewers: 3, startedAt: startMs }
  await command({ do: 'stream', channel: '1', stream })
  expect((await read(twitch, ['1'])).body).toMatchObject({
    data: [{ id: '40', viewer_count: 3, started_at: '2023-11-14T22:20:00Z' }],
  })
  await command({ do: 'stream', channel: '1', stream: null })
  expect((await read(twitch, ['1'])).body).toEqual({ data: [], pagination: {} })
  await command({ do: 'helixMode', mode: '500' })
  expect((await read(twitch, ['1'])).status).toBe(500)
})

test('simulates streams that follow from the time, with changing viewers, titles and pauses', () => {
  const at = (ms: number) => channelProfiles.map((profile) => simulatedStream(profile, ms))
  expect(at(startMs)).toEqual(at(startMs))
  const minutes = Array.from({ length: 240 }, (_, minute) => at(startMs + (minute * hourMs) / 60))
  for (const [index, { login }] of channelProfiles.entries()) {
    const streams = minutes.map((each) => each[index])
    const live = streams.filter((stream) => stream !== undefined)
    if (login === 'emptyroom') expect(live).toEqual([])
    else {
      expect(new Set(live.map(({ viewers }) => viewers)).size).toBeGreaterThan(10)
      expect(new Set(live.map(({ title }) => title)).size).toBeGreaterThan(1)
      expect(live.length).toBeLessThan(streams.length)
    }
  }
})

test('admits the application of the demo, and answers with the streams of its time', async () => {
  await using twitch = await startTwitch()
  const [profile] = channelProfiles
  let nowMs = startMs
  simulateStreams(twitch, () => nowMs)
  expect(twitch.auth.applications.get(demoApplication.TWITCH_CLIENT_ID)).toBe(
    demoApplication.TWITCH_CLIENT_SECRET,
  )
  const ids = new Set<string | undefined>()
  for (let hour = 0; hour < 12; hour++) {
    nowMs = startMs + hour * hourMs
    const { data } = (await read(twitch, [twitch.roomId(profile?.login ?? ''), '1'])).body as {
      data: { id: string }[]
    }
    expect(data[0]?.id).toBe(profile === undefined ? undefined : simulatedStream(profile, nowMs)?.id)
    ids.add(data[0]?.id)
  }
  expect(ids.size).toBeGreaterThan(1)
})
