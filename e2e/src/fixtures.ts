import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type Locator, type Page } from '@playwright/test'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { readLocalSettings } from '@chat-battle/launcher/settings'
import type { Supervisor } from '@chat-battle/launcher/supervisor'
import { startLocal, type LocalOptions, type LocalSystem } from '@chat-battle/launcher/system'
import { demoApplication } from '@chat-battle/twitch-stub/helix/simulated-streams'
import { windowLasts } from '@chat-battle/testkit/testing'
import { TwitchControl } from './twitch-control.ts'

/** OPERATOR_TOKEN of the running system. */
export const operatorToken = 'operator-of-the-browser-tests'

interface Running extends LocalSystem {
  twitch: TwitchControl
  kafkaPort: number
  /** Where the gateway may send webhooks to, on this machine. */
  webhookPort: number
  logDir: string
}

/** Settings that an operator would make. */
const installation = {
  ...demoApplication,
  OPT_OUT_COMMAND: '!optout',
  OPERATOR_CONTACT: 'mailto:operator@example.org',
}

/** The longest that a test takes. */
const testMs = 45_000

interface TestFixtures {
  twitch: TwitchControl
  battle: BattlePage
}

interface WorkerFixtures {
  system: Running
  systemOf: string
  chat: LocalOptions['chat']
  /** Of the services, in addition. */
  environment: NodeJS.ProcessEnv
}

export function named(processes: ReadonlyMap<string, Supervisor>, name: string): Supervisor {
  const found = processes.get(name)
  if (found === undefined) throw new Error(`no process ${name}`)
  return found
}

const portNames = [
  'WEB_PORT',
  'GATEWAY_PORT',
  'KAFKA_PORT',
  'CASSANDRA_PORT',
  'TWITCH_PORT',
  'INGEST_METRICS_PORT',
  'PROCESSOR_METRICS_PORT',
] as const

/** The page, by what a person sees and uses. */
export class BattlePage {
  readonly page: Page
  readonly input: Locator
  readonly startButton: Locator

  constructor(page: Page) {
    this.page = page
    this.input = page.getByLabel('Twitch channel')
    this.startButton = page.getByRole('button', { name: 'Start', exact: true })
  }

  async open(channels: readonly string[] = []): Promise<void> {
    await this.page.goto(channels.length === 0 ? '/' : `/?channels=${channels.join(',')}`)
  }

  card(login: string): Locator {
    return this.page.getByTestId(`channel-${login}`)
  }

  status(login: string): Locator {
    return this.card(login).getByTestId('status')
  }

  messages(login: string): Locator {
    return this.card(login).getByTestId('message-count')
  }

  pace(login: string): Locator {
    return this.card(login).getByTestId('pace')
  }

  chatters(login: string): Locator {
    return this.card(login).getByTestId('chatters')
  }

  /** Intercepts Socket.IO of pages that open from now on: `cut` ends and refuses connections until `restore`. */
  async interceptLive(): Promise<{ cut: () => void; restore: () => void }> {
    const path = /\/socket\.io\//
    const cuts: (() => void)[] = []
    let isCut = false
    await this.page.route(path, (route) => (isCut ? route.abort() : route.continue()))
    await this.page.routeWebSocket(path, (socket) => {
      if (isCut) return void socket.close()
      const server = socket.connectToServer()
      cuts.push(() => void Promise.all([socket.close(), server.close()]))
    })
    return {
      cut() {
        isCut = true
        for (const cut of cuts.splice(0)) cut()
      },
      restore: () => (isCut = false),
    }
  }

  /** Answers every subscription of pages that open from now on with a refusal, until `accept`. */
  async refuseSubscriptions(): Promise<{ message: string; accept: () => void }> {
    const message = 'too many requests on this socket; slow down'
    const refusal = JSON.stringify([{ ok: false, error: { kind: 'rate_limited', message } }])
    let isRefusing = true
    await this.page.routeWebSocket(/\/socket\.io\//, (socket) => {
      const gateway = socket.connectToServer()
      // A Socket.IO acknowledgement: 43, the number of the request, and its arguments.
      gateway.onMessage((packet) =>
        socket.send(isRefusing ? String(packet).replace(/^(43[0-9]+)\[.*/, `$1${refusal}`) : packet),
      )
    })
    return { message, accept: () => (isRefusing = false) }
  }

  /** Checks what is shown now for WCAG 2.2 AA. */
  async expectAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  }
}

/** Tests on the whole running system with the Twitch stub. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  /** A file that names itself here gets a system on which no other file has written. */
  systemOf: ['any', { option: true, scope: 'worker' }],
  chat: ['silent', { option: true, scope: 'worker' }],
  environment: [{}, { option: true, scope: 'worker' }],
  system: [
    async ({ systemOf: _, chat, environment }, use) => {
      const dataDir = await mkdtemp(join(process.env.E2E_DATA_DIR ?? tmpdir(), 'chat-battle-e2e-'))
      const ports = await Promise.all(
        portNames.map(async (name) => [name, String(await freePort())] as const),
      )
      const settings = readLocalSettings({ ...Object.fromEntries(ports), DATA_DIR: dataDir })
      const webhookPort = await freePort()
      const system = await startLocal({
        settings,
        chat,
        env: {
          OPERATOR_TOKEN: operatorToken,
          WEBHOOK_PRIVATE_HOSTS: `127.0.0.1:${webhookPort}`,
          ...installation,
          ...environment,
        },
        log: (line) => console.log(`  ${line}`),
        ...(process.env.E2E_CACHE_DIR === undefined ? {} : { cacheDir: process.env.E2E_CACHE_DIR }),
      })
      const twitch = new TwitchControl(settings.TWITCH_PORT)
      const logDir = join(dataDir, 'logs')
      await use({ ...system, twitch, kafkaPort: settings.KAFKA_PORT, webhookPort, logDir })
      await system.stop()
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
    { scope: 'worker', auto: true, timeout: 300_000 },
  ],
  baseURL: async ({ system }, use) => {
    await use(system.url)
  },
  twitch: async ({ system }, use) => {
    await use(system.twitch)
  },
  battle: [
    async ({ page, system }, use, testInfo) => {
      await windowLasts(testMs)
      await use(new BattlePage(page))
      if (testInfo.status === testInfo.expectedStatus) return
      for (const file of await readdir(system.logDir))
        await testInfo.attach(file, { path: join(system.logDir, file) })
    },
    { timeout: testMs + 10_000 },
  ],
})

export { expect } from '@playwright/test'
