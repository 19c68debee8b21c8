import type { z } from 'zod'
import { proxies } from '@chat-battle/runtime/http/client-address'
import { kafkaSettings } from '@chat-battle/runtime/kafka/client'
import { operatorSettings } from '@chat-battle/runtime/http/operator-access'
import { flag, host, list, logLevel, port, readSettings, whole } from '@chat-battle/runtime/process/settings'

const settings = {
  ...kafkaSettings,
  ...operatorSettings,
  HOST: host.default('127.0.0.1'),
  GATEWAY_PORT: port.default(3001),
  SHARE_PORTS: flag.default(false),
  LOG_LEVEL: logLevel,
  CORS_ORIGINS: list
    .refine((origins) => origins.every(isOrigin), 'expected origins like https://dashboard.example')
    .default([]),
  TRUSTED_PROXIES: proxies.default(['loopback']),
  RATE_LIMIT_PER_MINUTE: whole(1, 1_000_000).default(600),
  MAX_SOCKETS_PER_ADDRESS: whole(1, 1_000_000).default(50),
  MAX_CHANNELS_PER_ADDRESS: whole(1, 1_000_000).default(100),
  MAX_CACHED_WINDOWS: whole(100, 10_000_000).default(20_000),
  MAX_CACHED_STATUSES: whole(100, 10_000_000).default(50_000),
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

export type GatewayConfig = z.infer<z.ZodObject<typeof settings>>

export function readConfig(environment = process.env): GatewayConfig {
  return readSettings(settings, environment)
}
