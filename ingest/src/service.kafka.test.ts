import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { startTwitch, type TwitchServer } from '@chat-battle/twitch-stub/server'
import { readConfig } from './config.ts'
import { startIngest } from './service.ts'
import { ConnectionPool } from './twitch/connection-pool.ts'

let installation: Awaited<ReturnType<typeof testInstallation>>

beforeAll(async () => {
  installation = await testInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

function start(twitch: TwitchServer, port: number): Promise<AsyncDisposable> {
  const config = {
    ...readConfig({ ...twitch.emoteSettings, TWITCH_IRC_URL: twitch.url, MONITORED_CHANNELS: 'arena' }),
    ...installation.settings,
    INGEST_METRICS_PORT: port,
  }
  return startIngest(config, installation.logger)
}

/** Holds that a new instance gets every channel at once: an earlier member of the group would keep some for a session. */
async function expectFreeGroup(before: TwitchServer): Promise<void> {
  await using twitch = await startTwitch()
  await using _ingest = await start(twitch, 0)
  await until(() => twitch.connections().some(({ joined }) => joined.has('arena')), 'joined', 5500)
  expect(before.connections()).toEqual([])
}

test('leaves nothing open when its start fails', async () => {
  await using twitch = await startTwitch()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await expect(start(twitch, port)).rejects.toThrow('EADDRINUSE')
  await expectFreeGroup(twitch)
  await new Promise((resolve) => taken.close(resolve))
})

test('closes the other parts when one part fails to close', async () => {
  await using twitch = await startTwitch()
  const port = await freePort()
  const ingest = await start(twitch, port)
  await until(() => twitch.connections().some(({ joined }) => joined.has('arena')), 'joined')
  const stop = vi.spyOn(ConnectionPool.prototype, 'stop').mockImplementationOnce(function (
    this: ConnectionPool,
  ) {
    stop.mockRestore()
    this.stop()
    throw new Error('stuck')
  })
  await expect(ingest[Symbol.asyncDispose]()).rejects.toThrow('stuck')
  await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow('fetch failed')
  await expectFreeGroup(twitch)
})

test('answers health until its last part has stopped', async () => {
  await using twitch = await startTwitch()
  const port = await freePort()
  const ingest = await start(twitch, port)
  const answers: number[] = []
  const stop = vi.spyOn(ConnectionPool.prototype, 'stop')
  const stopped = ingest[Symbol.asyncDispose]()
  answers.push((await fetch(`http://127.0.0.1:${port}/livez`)).status)
  await stopped
  expect(stop).toHaveBeenCalledOnce()
  stop.mockRestore()
  expect(answers).toEqual([200])
})
