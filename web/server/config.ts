import { z } from 'zod'
import { proxies } from '@chat-battle/runtime/http/client-address'
import { reachable } from '@chat-battle/runtime/http/listen'
import { operatorSettings } from '@chat-battle/runtime/http/operator-access'
import { flag, host, logLevel, port, readSettings } from '@chat-battle/runtime/process/settings'

const settings = {
  ...operatorSettings,
  HOST: host.default('127.0.0.1'),
  WEB_PORT: port.default(3000),
  GATEWAY_PORT: port.default(3001),
  GATEWAY_URL: z.url({ protocol: /^https?$/, message: 'expected an http:// or https:// address' }).optional(),
  WEB_TRUSTED_PROXIES: proxies.default(['loopback']),
  SHARE_PORTS: flag.default(false),
  LOG_LEVEL: logLevel,
}

type Settings = z.infer<z.ZodObject<typeof settings>>

export type WebConfig = Omit<Settings, 'GATEWAY_URL'> & { GATEWAY_URL: string }

export function readConfig(environment = process.env): WebConfig {
  const read = readSettings(settings, environment)
  return {
    ...read,
    GATEWAY_URL: (read.GATEWAY_URL ?? `http://${reachable(read.HOST)}:${read.GATEWAY_PORT}`).replace(
      /\/$/,
      '',
    ),
  }
}
