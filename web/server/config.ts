import { z } from 'zod'
import { proxies } from '@chat-battle/runtime/http/client-address'
import { reachable } from '@chat-battle/runtime/http/listen'
import { operatorSettings } from '@chat-battle/runtime/http/operator-access'
import {
  gatewayPort,
  host,
  list,
  logLevel,
  port,
  readSettings,
  sharePorts,
} from '@chat-battle/runtime/process/settings'

export const settings = {
  ...operatorSettings,
  HOST: host,
  WEB_PORT: port.default(3000).describe('Port of the page.'),
  GATEWAY_PORT: gatewayPort,
  GATEWAY_URL: z
    .url({ protocol: /^https?$/, message: 'expected an http:// or https:// address' })
    .optional()
    .describe(
      'Address that web forwards `/api`, `/emotes`, `/operator/` and `/socket.io` to. Default: `HOST` with `GATEWAY_PORT`. Compose sets it.',
    ),
  WEB_TRUSTED_PROXIES: proxies
    .default(['loopback'])
    .describe(
      'Proxies in front of web, by address or network, or loopback, linklocal, uniquelocal. Web believes the client address that they forward: see "HTTPS in front".',
    ),
  SIMULATED_CHANNELS: list
    .default([])
    .describe(
      'Comma-separated logins of the simulated channels where chat is simulated: the page says so and offers them. The demo sets it.',
    ),
  SHARE_PORTS: sharePorts,
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
