import { setTimeout as delay } from 'node:timers/promises'
import { nodeCommand } from '@chat-battle/launcher/node-command'
import { entryOf } from '@chat-battle/launcher/settings'
import { Supervisor } from '@chat-battle/launcher/supervisor'
import { freePort } from '@chat-battle/runtime/http/free-port'
import type { TwitchServer } from '@chat-battle/twitch-stub/server'
import type { Installation } from './infrastructure.ts'

const readyWithinMs = 60_000

export interface Services extends AsyncDisposable {
  gatewayUrl: string
}

/** Starts the services that a line passes on its way, from the checkout at `root`; resolves when the gateway is ready. */
export async function startServices(
  { env, supervision }: Installation,
  root: string,
  twitch: Pick<TwitchServer, 'url' | 'emoteSettings'>,
): Promise<Services> {
  await using stack = new AsyncDisposableStack()
  const gatewayPort = await freePort()
  const settings = {
    ...env,
    TWITCH_IRC_URL: twitch.url,
    ...twitch.emoteSettings,
    GATEWAY_PORT: String(gatewayPort),
    PROCESSOR_METRICS_PORT: String(await freePort()),
    INGEST_METRICS_PORT: String(await freePort()),
    MAX_CHANNELS_PER_ADDRESS: '10000',
    MAX_SOCKETS_PER_ADDRESS: '10000',
  }
  for (const name of ['processor', 'gateway', 'ingest'] as const) {
    const service = new Supervisor(
      name,
      { ...nodeCommand(entryOf[name], [], settings), cwd: root },
      supervision,
    )
    await service.start()
    stack.defer(() => service.stop(10_000))
  }
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`
  const deadlineMs = performance.now() + readyWithinMs
  while (!(await isReady(gatewayUrl))) {
    if (performance.now() > deadlineMs)
      throw new Error(`${gatewayUrl} is not ready after ${readyWithinMs} ms`)
    await delay(200)
  }
  const owned = stack.move()
  return { gatewayUrl, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function isReady(gatewayUrl: string): Promise<boolean> {
  const response = await fetch(`${gatewayUrl}/api/health`).catch(() => undefined)
  return response?.status === 200
}
