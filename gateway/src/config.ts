import type { z } from 'zod'
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
  RATE_LIMIT_PER_MINUTE: whole(1, 1_000_000).default(600).describe('REST requests per minute and address.'),
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
