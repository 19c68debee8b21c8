import { io, type Socket } from 'socket.io-client'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { ClientToServerEvents } from '@chat-battle/contracts/live/up'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { statsFixture } from '../stats.fixture.ts'
import { startLive } from './live.fixture.ts'

const logins = ['a', 'b', 'c']

/** A client that watches three channels, and the frames that it received. */
async function watch(transports: string[]) {
  const real = await startLive()
  onTestFinished(() => real.live.close())
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(real.url, {
    transports,
    forceNew: true,
    reconnection: false,
  })
  onTestFinished(() => void socket.disconnect())
  const frames: ChannelStats[] = []
  socket.on('stats', (stats) => frames.push(stats))
  for (const login of logins) await socket.emitWithAck('subscribe', login)
  const written = async () =>
    (await real.metrics.packets.get()).values.find(({ labels }) => labels.what === 'written')?.value
  return { ...real, socket, frames, written }
}

const ways = [['websocket'], ['polling'], ['polling', 'websocket']].map((transports) => ({ transports }))

test.each(ways)('delivers the newest frame per room of one turn by $transports', async ({ transports }) => {
  const { live, frames, written } = await watch(transports)
  const newest = logins.map((channel_login) => statsFixture({ channel_login, revision: 2 }))
  for (const frame of newest) {
    live.publishStats({ ...frame, revision: 1 })
    live.publishStats(frame)
  }
  await vi.waitFor(() => expect(frames).toHaveLength(newest.length))
  expect(frames).toEqual(newest)
  expect(await written()).toBe(newest.length)
})

/** Around 125 and 65,535 bytes the length field of a WebSocket frame changes its size. */
const nearFrameLengths = [0, 65_536 - 2048, 65_536]

test.each(ways)('delivers frames of any size and alphabet whole by $transports', async ({ transports }) => {
  const { live, frames } = await watch(transports)
  const sent = nearFrameLengths.flatMap((length) =>
    Array.from({ length: 16 }, (_, index) =>
      statsFixture({
        channel_login: 'a',
        revision: index,
        notices: { ['ü'.repeat(length / 2 + index * 64)]: 1 },
      }),
    ),
  )
  for (const [index, frame] of sent.entries()) {
    live.publishStats(frame)
    await vi.waitFor(() => expect(frames).toHaveLength(index + 1), { interval: 1 })
  }
  expect(frames).toEqual(sent)
})

test('delivers each frame to a client that upgrades its transport meanwhile', async () => {
  const { live, socket, frames } = await watch(['polling', 'websocket'])
  let revision = 0
  const publish = () => live.publishStats(statsFixture({ channel_login: 'a', revision: ++revision }))
  await vi.waitFor(
    () => {
      publish()
      expect(socket.io.engine.transport.name).toBe('websocket')
    },
    { interval: 1 },
  )
  publish()
  await vi.waitFor(() => expect(frames.at(-1)?.revision).toBe(revision))
  const revisions = frames.map((frame) => frame.revision)
  expect(revisions).toEqual(revisions.toSorted((one, other) => one - other))
})
