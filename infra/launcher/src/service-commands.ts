import { join } from 'node:path'
import { emoteSettings } from '@chat-battle/twitch-stub/emotes/emote-stand-in'
import { demoApplication } from '@chat-battle/twitch-stub/helix/simulated-streams'
import { simulatedChannels } from '@chat-battle/twitch-stub/simulated-channels'
import { nodeCommand, watchedNodeCommand } from './node-command.ts'
import type { Listener } from './prerequisites.ts'
import { entryOf, services } from './settings.ts'
import type { Command } from './supervisor.ts'
import type { LocalOptions } from './system.ts'
import { viteCommand } from './web-build.ts'

/** The simulated chat of a new installation begins so long before its start. */
const demoHistoryMinutes = 60

/** The commands of the services, in the order in which they are started. */
export function* commands(
  { settings, chat, isDevelopment = false }: LocalOptions,
  env: NodeJS.ProcessEnv,
  { isFirstStart = false } = {},
): Generator<[name: string, command: Command]> {
  const command = isDevelopment ? watchedNodeCommand : nodeCommand
  if (chat !== 'twitch') {
    // Later, the past would be older than what the channels have.
    const history = isFirstStart ? ['--history', String(demoHistoryMinutes)] : []
    const play = chat === 'simulated' ? ['--simulate', ...history] : []
    const args = ['--port', String(settings.TWITCH_PORT), ...play]
    yield ['twitch', command('infra/twitch-stub/src/main.ts', args, env)]
  }
  for (const service of services) {
    if (isDevelopment && service === 'web') yield [service, viteCommand(settings, env)]
    else yield [service, command(entryOf[service], [], env)]
  }
}

/** The settings that services run with, in addition to the environment of the launcher. */
export function serviceEnvironment({ settings, chat, env }: LocalOptions): NodeJS.ProcessEnv {
  const simulated = chat === 'simulated' ? simulatedChannels : []
  return {
    KAFKA_BROKERS: settings.KAFKA_BROKERS?.join(',') ?? `127.0.0.1:${settings.KAFKA_PORT}`,
    CASSANDRA_CONTACT_POINTS:
      settings.CASSANDRA_CONTACT_POINTS?.join(',') ?? `127.0.0.1:${settings.CASSANDRA_PORT}`,
    HOST: settings.HOST,
    WEB_PORT: String(settings.WEB_PORT),
    GATEWAY_PORT: String(settings.GATEWAY_PORT),
    INGEST_METRICS_PORT: String(settings.INGEST_METRICS_PORT),
    PROCESSOR_METRICS_PORT: String(settings.PROCESSOR_METRICS_PORT),
    EMOTE_CACHE_DIR: settings.EMOTE_CACHE_DIR ?? join(settings.DATA_DIR, 'emotes'),
    MONITORED_CHANNELS: [...settings.MONITORED_CHANNELS, ...simulated].join(','),
    ...(chat === 'twitch' ? {} : standInSettings(`127.0.0.1:${settings.TWITCH_PORT}`)),
    ...(chat === 'simulated' && { SIMULATED_CHANNELS: simulated.join(','), ...demoApplication }),
    ...env,
  }
}

/** No real credentials, which the environment may have, must reach the stand-in. */
const noCredentials = { TWITCH_CLIENT_ID: '', TWITCH_CLIENT_SECRET: '', TWITCH_REFRESH_TOKEN: '' }

function standInSettings(address: string): Record<string, string> {
  return {
    TWITCH_IRC_URL: `ws://${address}`,
    TWITCH_AUTH_URL: `http://${address}/oauth2`,
    TWITCH_API_URL: `http://${address}/helix`,
    ...emoteSettings(`http://${address}`),
    ...noCredentials,
  }
}

/** The ports that a local start needs. */
export function listeners({ settings, chat }: LocalOptions): Listener[] {
  const { HOST: host } = settings
  const own = (setting: 'KAFKA_PORT' | 'CASSANDRA_PORT' | 'TWITCH_PORT', isStarted: boolean) =>
    isStarted ? [{ setting, port: settings[setting] }] : []
  return [
    { setting: 'WEB_PORT', port: settings.WEB_PORT, host },
    { setting: 'GATEWAY_PORT', port: settings.GATEWAY_PORT, host },
    { setting: 'INGEST_METRICS_PORT', port: settings.INGEST_METRICS_PORT, host },
    { setting: 'PROCESSOR_METRICS_PORT', port: settings.PROCESSOR_METRICS_PORT, host },
    ...own('KAFKA_PORT', settings.KAFKA_BROKERS === undefined),
    ...own('CASSANDRA_PORT', settings.CASSANDRA_CONTACT_POINTS === undefined),
    ...own('TWITCH_PORT', chat !== 'twitch'),
  ]
}
