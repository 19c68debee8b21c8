import { io, type Socket } from 'socket.io-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import { statsFixture } from '../stats.fixture.ts'
import { statusFixture } from '../current/status.fixture.ts'
import { startLive } from './live.fixture.ts'

type Real = Awaited<ReturnType<typeof startLive>>

const within = { interval: 20, timeout: 15_000 }
const webSocketPath = '/socket.io/?EIO=4&transport=websocket'

/** A server with a channel whose acknowledgements have about `answerBytes` bytes. */
async function start(answerBytes: number): Promise<Real> {
  const real = await startLive()
  onTestFinished(() => real.live.close())
  const notices = Object.fromEntries(
    Array.from({ length: answerBytes / 16 }, (_, index) => [`kind-${index}`, index]),
  )
  real.statusView.apply(statusFixture())
  real.statsView.apply(statsFixture({ notices }))
  return real
}

/** A client of Socket.IO's protocol that reads nothing after connecting. */
async function nonReadingClient({ url }: Real): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws') + webSocketPath)
  onTestFinished(() => socket.terminate())
  socket.on('error', () => undefined)
  socket.on('open', () => socket.send('40'))
  await new Promise<void>((resolve) =>
    socket.on('message', (data) => {
      if (String(data as Buffer).startsWith('40')) resolve()
    }),
  )
  socket.pause()
  return socket
}

function page({ url }: Real, extraHeaders: Record<string, string> = {}) {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders,
  })
  onTestFinished(() => void socket.disconnect())
  return socket
}

async function refusals({ metrics }: Real): Promise<unknown[]> {
  return (await metrics.refused.get()).values.map(({ labels }) => labels.kind)
}

const many = (packet: string) => (socket: WebSocket) => {
  for (let count = 0; count < 1000; count++) socket.send(packet)
}

test.each<[string, string[], (socket: WebSocket) => void]>([
  ['connects to unknown namespaces', ['too_many_packets'], many('40/x,')],
  ['sends unknown events', ['too_many_packets'], many('42["x","y"]')],
  ['sends pongs without a ping', ['too_many_packets'], many('3')],
  ['does not read its answers', ['unread_answers'], (socket) => socket.send('420["subscribe","arena"]')],
  [
    'sends WebSocket pings and does not read',
    [],
    (socket) => {
      for (let count = 0; count < 10_000; count++) socket.ping(Buffer.alloc(125))
    },
  ],
])('disconnects a client that %s, and serves others', { timeout: 30_000 }, async (_, kinds, act) => {
  // Larger than the buffers on the way.
  const real = await start(1_000_000)
  const other = page(real)
  const client = await nonReadingClient(real)
  await vi.waitFor(() => expect(real.live.socketCount).toBe(2), within)
  await vi.waitFor(() => {
    act(client)
    expect(real.live.socketCount).toBe(1)
  }, within)
  expect(await refusals(real)).toEqual(kinds)
  expect(await other.emitWithAck('subscribe', 'other')).toMatchObject({ ok: true })
})

test('disconnects a polling client that floods', async () => {
  const real = await start(0)
  const poll = `${real.url}/socket.io/?EIO=4&transport=polling`
  const { sid } = JSON.parse((await (await fetch(poll)).text()).slice(1)) as { sid: string }
  const post = (packets: string[]) =>
    fetch(`${poll}&sid=${sid}`, { method: 'POST', body: packets.join('\u001e') })
  expect((await post(['40'])).status).toBe(200)
  // The disconnect may lose this answer.
  await post(Array.from({ length: 1000 }, () => '40/x,')).catch(() => undefined)
  expect((await post(['40/x,'])).status).toBe(400)
  expect(await refusals(real)).toEqual(['too_many_packets'])
})

test('serves a page that sends its whole burst of requests at once', async () => {
  const real = await start(8000)
  const socket = page(real)
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => socket.emitWithAck('subscribe', 'arena')),
  )
  for (const answer of answers) expect(answer).toMatchObject({ ok: true, stats: { channel_login: 'arena' } })
  expect(socket.connected).toBe(true)
})

test(
  'refuses requests beyond the limit, and disconnects a client that continues',
  { timeout: 30_000 },
  async () => {
    const real = await start(0)
    const socket = page(real)
    const gone = new Promise<undefined>((resolve) => socket.once('disconnect', () => resolve(undefined)))
    const answers: boolean[] = []
    for (let isGone = false; !isGone;) {
      const answer = await Promise.race([socket.emitWithAck('subscribe', 'arena'), gone])
      if (answer === undefined) isGone = true
      else answers.push(answer.ok)
    }
    expect(answers.slice(0, 40)).not.toContain(false)
    expect(answers.filter((ok) => !ok).length).toBeGreaterThan(100)
    expect(await refusals(real)).toContain('too_many_packets')
  },
)

test('limits the channels of an address across its sockets', async () => {
  const real = await startLive(6)
  onTestFinished(() => real.live.close())
  const pageOf = (address: string) => page(real, { 'x-forwarded-for': address })
  const [one, same, other] = [pageOf('192.0.2.1'), pageOf('192.0.2.1'), pageOf('192.0.2.2')]
  for (const login of ['a', 'b', 'c'])
    for (const [index, socket] of [one, same].entries()) {
      expect(await socket.emitWithAck('subscribe', `${login}${index}`)).toMatchObject({ ok: true })
      await socket.emitWithAck('unsubscribe', `${login}${index}`)
    }
  expect(await same.emitWithAck('subscribe', 'd')).toMatchObject({
    ok: false,
    error: { kind: 'rate_limited' },
  })
  expect(await same.emitWithAck('subscribe', 'a0')).toMatchObject({ ok: true })
  expect(await other.emitWithAck('subscribe', 'd')).toMatchObject({ ok: true })
})
