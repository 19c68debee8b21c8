import { prefixed } from '@chat-battle/runtime/kafka/client'
import type { TopicRecord } from '@chat-battle/runtime/kafka/record'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { testInstallation } from '@chat-battle/testkit/testing'
import type { TwitchServer } from '@chat-battle/twitch-stub/server'
import { readConfig, type IngestConfig } from './config.ts'

export type ReadInstallation = Awaited<ReturnType<typeof readInstallation>>

/** An installation of the test's own, and a listener for the records of each named topic. */
export async function readInstallation(listeners: Readonly<Record<string, (record: TopicRecord) => void>>) {
  const owned = new AsyncDisposableStack()
  const installation = owned.use(await testInstallation())
  const { kafka, settings, logger } = installation
  for (const [name, listener] of Object.entries(listeners))
    owned.use(await readWholeTopic(kafka, prefixed(settings, name), logger, listener))
  return { ...installation, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** The settings of an ingest that reads a stand-in for Twitch; without emotes of others unless `environment` says where they are. */
export function configFor(
  { settings }: Pick<ReadInstallation, 'settings'>,
  twitch: TwitchServer,
  channels: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): IngestConfig {
  const from = {
    SEVENTV_API_URL: '',
    BTTV_API_URL: '',
    FFZ_API_URL: '',
    TWITCH_IRC_URL: twitch.url,
    TWITCH_AUTH_URL: twitch.authUrl,
    TWITCH_API_URL: twitch.apiUrl,
    MONITORED_CHANNELS: channels.join(','),
    ...environment,
  }
  return { ...readConfig(from), ...settings, INGEST_METRICS_PORT: 0 }
}
