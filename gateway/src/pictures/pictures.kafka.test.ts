import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { statsKey } from '@chat-battle/contracts/records/channel-stats'
import { emotePartKey, emoteSetKey } from '@chat-battle/contracts/records/emote-set'
import { channelStatsTopic, emoteSetsTopic } from '@chat-battle/contracts/records/topics'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { startTwitch } from '@chat-battle/twitch-stub/server'
import { readConfig } from '../config.ts'
import { emoteFixture, setFixture } from '../emotes/emote-sets.fixture.ts'
import { startGateway } from '../service.ts'
import { statsFixture } from '../stats.fixture.ts'

test('serves the pictures of emotes that topics have, and keeps them over a restart and an outage', async () => {
  await using owned = new AsyncDisposableStack()
  const installation = owned.use(await testInstallation())
  const { settings, logger, kafka } = installation
  const folder = await mkdtemp(join(tmpdir(), 'pictures-'))
  owned.defer(() => rm(folder, { recursive: true, force: true }))
  const twitch = owned.use(await startTwitch())
  const producer = createProducer(kafka)
  await producer.connect()
  owned.defer(() => producer.disconnect())
  const config = {
    ...readConfig({ ...twitch.emoteSettings, EMOTE_CACHE_DIR: folder }),
    ...settings,
    GATEWAY_PORT: 0,
  }
  const [part, head] = setFixture([emoteFixture({ id: '01HDUCK' })])
  const send = (topic: string, key: string, value: unknown) =>
    producer.send({
      topic: prefixed(settings, topic),
      messages: [{ key, value: value === null ? null : JSON.stringify(value) }],
    })
  await send(emoteSetsTopic.name, emotePartKey(part), part)
  await send(emoteSetsTopic.name, emoteSetKey(head), head)

  const withGateway = async (use: (statusOf: (path: string) => Promise<number>) => Promise<void>) => {
    await using gateway = await startGateway(config, logger)
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${gateway.port}${path}`)).status
    await until(async () => (await statusOf('/api/health')) === 200, 'ready')
    await use(statusOf)
  }
  await withGateway(async (statusOf) => {
    expect(await statusOf('/emotes/7tv/01HDUCK/1x')).toBe(200)
    expect(await statusOf('/emotes/twitch/77/1x')).toBe(404)
    const frame = statsFixture({ top_emotes: [{ id: '77', name: 'Kappa', count: 1, provider: 'twitch' }] })
    await send(channelStatsTopic.name, statsKey(frame), frame)
    await until(async () => (await statusOf('/emotes/twitch/77/1x')) === 200, 'the id of a frame is known')
  })
  twitch.emotes.setMode('7tv-cdn', 'offline')
  await withGateway(async (statusOf) => {
    expect(await statusOf('/emotes/7tv/01HDUCK/1x')).toBe(200)
    await send(emoteSetsTopic.name, emoteSetKey(head), null)
    await until(async () => (await statusOf('/emotes/7tv/01HDUCK/1x')) === 404, 'its set was deleted')
  })
})
