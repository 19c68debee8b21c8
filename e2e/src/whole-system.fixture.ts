import { readConfig as readGatewayConfig } from '@chat-battle/gateway/config'
import { startGateway } from '@chat-battle/gateway/service'
import { readConfig as readIngestConfig } from '@chat-battle/ingest/config'
import { startIngest } from '@chat-battle/ingest/service'
import { readConfig as readProcessorConfig } from '@chat-battle/processor/config'
import { startProcessor } from '@chat-battle/processor/service'
import { testInstallation, testKeyspace, until } from '@chat-battle/testkit/testing'
import { startTwitch } from '@chat-battle/twitch-stub/server'

const environment = {
  PERSON_HASH_SECRET: '1'.repeat(32),
  RATE_LIMIT_PER_MINUTE: '100000',
  GATEWAY_PORT: '0',
  INGEST_METRICS_PORT: '0',
  PROCESSOR_METRICS_PORT: '0',
}

export type WholeSystem = Awaited<ReturnType<typeof startWholeSystem>>

/** Ingest, processor and gateway on a stand-in for Twitch, in `channel`. They end with `owned`. */
export async function startWholeSystem(owned: AsyncDisposableStack, channel: string) {
  const installation = owned.use(await testInstallation())
  const keyspace = owned.use(await testKeyspace())
  const { logger, settings } = installation
  const servers = { ...settings, ...keyspace.settings }
  const twitch = owned.use(await startTwitch())
  const processor = { ...readProcessorConfig(environment), ...servers }
  owned.use(await startProcessor(processor, logger, { optOutSettleMs: 2500 }))
  const fromTwitch = { ...twitch.emoteSettings, TWITCH_IRC_URL: twitch.url, MONITORED_CHANNELS: channel }
  owned.use(
    await startIngest({ ...readIngestConfig({ ...environment, ...fromTwitch }), ...settings }, logger),
  )
  const gateway = owned.use(await startGateway({ ...readGatewayConfig(environment), ...servers }, logger))
  await until(() => twitch.connections().some(({ joined }) => joined.has(channel)), 'joined')
  return { installation, keyspace, twitch, origin: `http://127.0.0.1:${gateway.port}` }
}
