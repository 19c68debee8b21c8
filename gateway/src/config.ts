import { z } from 'zod'
import { proxies } from '@chat-battle/runtime/http/client-address'
import { cassandraSettings } from '@chat-battle/runtime/cassandra/client'
import { kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { operatorSettings } from '@chat-battle/runtime/http/operator-access'
import { personHashSettings } from '@chat-battle/runtime/process/person-hash'
import {
  botSettings,
  gatewayPort,
  host,
  list,
  logLevel,
  optOutSettings,
  outsideUrl,
  readSettings,
  sharePorts,
  whole,
} from '@chat-battle/runtime/process/settings'

export const settings = {
  ...kafkaSettings,
  ...cassandraSettings,
  ...operatorSettings,
  ...personHashSettings,
  ...botSettings,
  ...optOutSettings,
  HOST: host,
  GATEWAY_PORT: gatewayPort,
  SHARE_PORTS: sharePorts,
  LOG_LEVEL: logLevel,
  CORS_ORIGINS: list
    .refine((origins) => origins.every(isOrigin), 'expected origins like https://dashboard.example')
    .default([])
    .describe('Comma-separated origins, besides its own, whose pages may call the gateway.'),
  GATEWAY_TRUSTED_PROXIES: proxies
    .default(['loopback'])
    .describe(
      'Addresses or networks of web, or loopback, linklocal, uniquelocal. The gateway believes the one client address that web forwards. Compose: uniquelocal.',
    ),
  SEVENTV_CDN_URL: outsideUrl('https://cdn.7tv.app').describe(
    'Address that pictures of 7TV come from. Empty: none.',
  ),
  BTTV_CDN_URL: outsideUrl('https://cdn.betterttv.net').describe(
    'Address that pictures of BetterTTV come from. Empty: none.',
  ),
  FFZ_CDN_URL: outsideUrl('https://cdn.frankerfacez.com').describe(
    'Address that pictures of FrankerFaceZ come from. Empty: none.',
  ),
  TWITCH_EMOTE_CDN_URL: outsideUrl('https://static-cdn.jtvnw.net').describe(
    "Address that pictures of Twitch's emotes come from. Empty: none.",
  ),
  EMOTE_CACHE_DIR: z
    .string()
    .optional()
    .describe(
      "Folder of the gateway's copies of pictures. Default: chat-battle-emotes in the system's temporary folder; the local start uses DATA_DIR, Compose a volume.",
    ),
  EMOTE_CACHE_BYTES: whole(1024 ** 2, 1024 ** 4)
    .default(256 * 1024 ** 2)
    .describe(
      'Bytes of pictures on disk, 1 MiB to 1 TiB. The pictures that were used the longest ago go first.',
    ),
  OPERATOR_CONTACT: z
    .url({ protocol: /^(https|mailto)$/, message: 'expected an https:// or mailto: address' })
    .max(200)
    .optional()
    .describe(
      'Address, like `mailto:me@example.org` or `https://example.org/contact`, of who runs this installation. The page names it to people who want to opt out. Default: none.',
    ),
  WEBHOOK_PRIVATE_HOSTS: list
    .default([])
    .describe(
      'Comma-separated host:port of receivers of webhooks in your own network, which may also be reached by http. Default: public addresses by https only.',
    ),
  RATE_LIMIT_PER_MINUTE: whole(1, 1_000_000)
    .default(600)
    .describe('REST requests per minute and address. Of pictures, ten times as many.'),
  MAX_SOCKETS_PER_ADDRESS: whole(1, 1_000_000).default(50).describe('Live sockets per address.'),
  MAX_CHANNELS_PER_ADDRESS: whole(1, 1_000_000)
    .default(100)
    .describe('Different channels that an address may request per minute.'),
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

export type GatewayConfig = z.infer<z.ZodObject<typeof settings>>

export function readConfig(environment = process.env): GatewayConfig {
  return readSettings(settings, environment)
}
