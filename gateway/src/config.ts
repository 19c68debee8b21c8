import { z } from 'zod'
import { kafkaSettings } from '@chat-battle/service/kafka'
import { operatorSettings } from '@chat-battle/service/operator-access'
import { list, logLevel, port, readSettings, whole } from '@chat-battle/service/settings'

export const settings = {
  ...kafkaSettings,
  ...operatorSettings,
  HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port.default(3001),
  LOG_LEVEL: logLevel,
  CORS_ORIGINS: list.default([]),
  TRUSTED_PROXIES: list.default(['loopback', 'uniquelocal']),
  RATE_LIMIT_PER_MINUTE: whole.default(600),
  MAX_SOCKETS_PER_ADDRESS: whole.default(50),
  MAX_CACHED_WINDOWS: whole.default(20_000),
  MAX_CACHED_STATUSES: whole.default(50_000),
}

export type GatewayConfig = z.infer<z.ZodObject<typeof settings>>

export function readConfig(): GatewayConfig {
  return readSettings(settings, process.env)
}
