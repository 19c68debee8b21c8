import { z } from 'zod'
import { proxies } from '@chat-battle/service/client-address'
import { kafkaSettings } from '@chat-battle/service/kafka'
import { operatorSettings } from '@chat-battle/service/operator-access'
import { list, logLevel, port, readSettings, whole } from '@chat-battle/service/settings'

const settings = {
  ...kafkaSettings,
  ...operatorSettings,
  HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port.default(3001),
  LOG_LEVEL: logLevel,
  CORS_ORIGINS: list
    .refine((origins) => origins.every(isOrigin), 'expected origins like https://dashboard.example')
    .default([]),
  TRUSTED_PROXIES: proxies.default(['loopback']),
  RATE_LIMIT_PER_MINUTE: whole.default(600),
  MAX_SOCKETS_PER_ADDRESS: whole.default(50),
  MAX_CHANNELS_PER_ADDRESS: whole.default(100),
  MAX_CACHED_WINDOWS: whole.default(20_000),
  MAX_CACHED_STATUSES: whole.default(50_000),
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

export type GatewayConfig = z.infer<z.ZodObject<typeof settings>>

export function readConfig(environment = process.env): GatewayConfig {
  return readSettings(settings, environment)
}
