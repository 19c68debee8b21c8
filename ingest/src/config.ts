import { z } from 'zod'
import { kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { operatorSettings } from '@chat-battle/runtime/http/operator-access'
import { personHashSettings } from '@chat-battle/runtime/process/person-hash'
import {
  botSettings,
  host,
  logins,
  logLevel,
  optOutSettings,
  outsideUrl,
  port,
  readSettings,
  whole,
} from '@chat-battle/runtime/process/settings'
import type { TwitchApplication, TwitchCredentials } from './twitch/auth.ts'

export const settings = {
  ...kafkaSettings,
  ...operatorSettings,
  ...personHashSettings,
  HOST: host,
  LOG_LEVEL: logLevel,
  TWITCH_IRC_URL: z
    .url({ protocol: /^wss?$/, message: 'expected a ws:// or wss:// address' })
    .default('wss://irc-ws.chat.twitch.tv:443')
    .describe("Address of Twitch's chat. Set it to read from a stand-in, as the demo and the tests do."),
  TWITCH_AUTH_URL: z
    .url({ protocol: /^https?$/, message: 'expected an http:// or https:// address' })
    .default('https://id.twitch.tv/oauth2')
    .describe('Where access tokens are granted, without `/token`. Used only with TWITCH_CLIENT_ID.'),
  TWITCH_API_URL: z
    .url({ protocol: /^https?$/, message: 'expected an http:// or https:// address' })
    .default('https://api.twitch.tv/helix')
    .describe("Address of Twitch's API: viewers, titles, categories. Used only with TWITCH_CLIENT_ID."),
  TWITCH_CLIENT_ID: z
    .string()
    .optional()
    .describe('Client id of a Twitch application. Without it and its secret there are no viewer counts.'),
  TWITCH_CLIENT_SECRET: z.string().optional().describe('Client secret of the Twitch application.'),
  TWITCH_REFRESH_TOKEN: z
    .string()
    .optional()
    .describe(
      'Refresh token of the account that reads chat; without it chat is read anonymously. Ingest refreshes its access tokens by itself. Needs the application.',
    ),
  MONITORED_CHANNELS: logins.describe(
    'Channels that are always joined, comma-separated. Others are joined while a client watches them.',
  ),
  ...botSettings,
  SEVENTV_API_URL: outsideUrl('https://7tv.io/v3').describe(
    'Address of the 7TV API with its version. Empty: no emotes of 7TV.',
  ),
  BTTV_API_URL: outsideUrl('https://api.betterttv.net/3').describe(
    'Address of the BetterTTV API with its version. Empty: no emotes and no bots of BetterTTV.',
  ),
  FFZ_API_URL: outsideUrl('https://api.frankerfacez.com/v1').describe(
    'Address of the FrankerFaceZ API with its version. Empty: no emotes and no bots of FrankerFaceZ.',
  ),
  ...optOutSettings,
  INGEST_METRICS_PORT: port.default(9101).describe('Port of `/metrics`, `/health` and `/livez` of ingest.'),
  INGEST_BUFFER_BYTES: whole(1024 ** 2, 4 * 1024 ** 3)
    .default(128 * 1024 * 1024)
    .describe(
      'Bytes of events that may wait while Kafka is away, 1 MiB to 4 GiB. Beyond it the oldest events are dropped, ' +
        'and reported as gaps. The default holds three minutes of 1,000 messages per second.',
    ),
}

type Settings = z.infer<z.ZodObject<typeof settings>>

export type IngestConfig = Settings & {
  /** What Twitch's API is read with. */
  application: TwitchApplication | undefined
  /** What chat is read with. */
  credentials: TwitchCredentials | undefined
}

export function readConfig(environment = process.env): IngestConfig {
  const read = readSettings(settings, environment, missingSettings)
  const application = applicationOf(read)
  const refreshToken = read.TWITCH_REFRESH_TOKEN
  const isComplete = application !== undefined && refreshToken !== undefined
  return { ...read, application, credentials: isComplete ? { ...application, refreshToken } : undefined }
}

function missingSettings(given: Readonly<Record<string, string>>): string[] {
  if (given.OPT_OUT_COMMAND === undefined || given.PERSON_HASH_SECRET !== undefined)
    return incompleteCredentials(given)
  return [...incompleteCredentials(given), 'PERSON_HASH_SECRET is missing: OPT_OUT_COMMAND needs it']
}

function incompleteCredentials(given: Readonly<Record<string, string>>): string[] {
  const names = ['TWITCH_CLIENT_ID', 'TWITCH_CLIENT_SECRET']
  const absent = names.filter((name) => given[name] === undefined)
  const isUsed = absent.length < names.length || given.TWITCH_REFRESH_TOKEN !== undefined
  if (absent.length === 0 || !isUsed) return []
  return [
    `${absent.join(' and ')} missing: set TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET to read viewer counts, TWITCH_REFRESH_TOKEN as well to log in, or none of the three`,
  ]
}

function applicationOf({ TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET }: Settings): TwitchApplication | undefined {
  if (TWITCH_CLIENT_ID === undefined || TWITCH_CLIENT_SECRET === undefined) return undefined
  return { clientId: TWITCH_CLIENT_ID, clientSecret: TWITCH_CLIENT_SECRET }
}
