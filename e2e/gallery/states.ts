import { readFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'
import { BattlePage } from '../src/fixtures.ts'
import { failAbout } from '../src/fail-about.ts'
import { hasStarted } from '../src/has-started.ts'
import { changeLive, inState } from './live-packets.ts'
import type { Scene } from './scene.ts'

const [one, two, three, four] = ['pixelparade', 'speedlab', 'nightkitchen', 'chessgarden']
const all = [one, two, three, four]

async function open(page: Page, logins: readonly string[], options = ''): Promise<BattlePage> {
  const battle = new BattlePage(page)
  await page.goto(`/?channels=${logins.join(',')}${options}`)
  return battle
}

async function reaches(battle: BattlePage, login: string, status: string): Promise<void> {
  await expect(battle.status(login)).toHaveAttribute('data-status', status, { timeout: 45_000 })
}

/** A scene with live channels. */
function live(name: string, title: string, logins: readonly string[], more: Partial<Scene> = {}): Scene {
  return {
    name,
    title,
    how: 'simulated chat',
    async show({ page }) {
      const battle = await open(page, logins)
      for (const login of logins) await reaches(battle, login, 'live')
    },
    ...more,
  }
}

/** A scene in which the gateway seems to send another state of channels. */
function changed(name: string, title: string, logins: readonly string[], isNew: boolean): Scene {
  const state = name.replaceAll('-', '_')
  return {
    name,
    title,
    how: `statuses changed to \`${state}\` on their way`,
    async show({ page }) {
      const about = isNew ? logins.slice(-1) : logins
      await changeLive(page, inState(about, state, isNew))
      await page.route('**/api/**', (route) => route.abort())
      const battle = await open(page, logins)
      for (const login of about) await reaches(battle, login, state)
    },
  }
}

const error = (kind: string) => ({ error: { kind, message: 'made for the gallery' } })

export const states: readonly Scene[] = [
  {
    name: 'start-empty',
    title: 'Start, nothing on',
    how: 'an empty list of live channels',
    async show({ page }) {
      await page.route('**/api/busiest**', (route) => route.fulfill({ json: { channels: [] } }))
      await page.goto('/')
      await expect(page.getByTestId('on-now')).toHaveCount(0, { timeout: 30_000 })
    },
  },
  {
    name: 'start',
    title: 'Start, channels on',
    how: 'simulated chat',
    async show({ page }) {
      await page.goto('/')
      await expect(page.getByTestId('on-now').getByRole('row')).not.toHaveCount(1)
    },
  },
  {
    name: 'start-problem',
    title: 'Start, an invalid name',
    how: 'typed, and an address with faults',
    async show({ page }) {
      await page.goto('/?channels=no!,videos')
      await new BattlePage(page).input.fill('not-valid')
    },
  },
  {
    name: 'first-load',
    title: 'First load, before any script',
    how: 'a browser without JavaScript',
    context: { javaScriptEnabled: false },
    async show({ page }) {
      await open(page, [one, two])
    },
  },
  changed('joining', 'Joining', [one, 'harbourlight'], true),
  live('silent', 'A silent channel', ['emptyroom']),
  live('live-1', 'Live, one channel', [one]),
  live('live-2', 'Live, two channels', [one, two]),
  live('live-4', 'Live, four channels', all),
  live('live-2-de', 'Live, two channels, in German', [one, two], { context: { locale: 'de-DE' } }),
  live('live-4-zoom', 'Live, four channels, at 200 %', all, { zoom: 2 }),
  {
    name: 'delayed',
    title: 'Delayed',
    how: 'figures kept back on their way',
    async show({ page }) {
      let isKept = false
      await changeLive(page, (event, body) => (event === 'stats' && isKept ? undefined : body))
      const battle = await open(page, [one, two])
      await reaches(battle, one, 'live')
      isKept = true
      await reaches(battle, one, 'stale')
    },
  },
  changed('reconnecting', 'Reconnecting to Twitch', [one, two], false),
  {
    name: 'polling',
    title: 'Polling',
    how: 'Socket.IO cut',
    async show({ page }) {
      const connection = await new BattlePage(page).interceptLive()
      connection.cut()
      await reaches(await open(page, [one, two]), one, 'polling')
    },
  },
  {
    name: 'slowed',
    title: 'Slowed down',
    how: 'Socket.IO cut, REST answers 429',
    async show({ page }) {
      const connection = await new BattlePage(page).interceptLive()
      connection.cut()
      const headers = { 'retry-after': '300' }
      await page.route('**/api/**', (route) =>
        route.fulfill({ status: 429, headers, json: error('rate_limited') }),
      )
      await reaches(await open(page, [one, two]), one, 'slowed')
    },
  },
  {
    name: 'refused',
    title: 'Subscriptions refused, in German',
    how: 'refusals in place of answers',
    context: { locale: 'de-DE' },
    async show({ page }) {
      await new BattlePage(page).refuseSubscriptions()
      await reaches(await open(page, [one, two]), one, 'waiting')
    },
  },
  changed('not-found', 'Not found', [one, 'no_such_channel'], true),
  changed('banned', 'Refused by Twitch', [one, 'harbourlight'], true),
  changed('suspended', 'Suspended', [one, 'harbourlight'], true),
  changed('limit-reached', 'Over the limit', [one, 'harbourlight'], true),
  {
    name: 'offline',
    title: 'Offline',
    how: 'every request and connection ended',
    async show({ page }) {
      await page.route(/\/(socket\.io|api)\//, (route) => route.abort())
      await page.routeWebSocket(/\/socket\.io\//, (socket) => void socket.close())
      await reaches(await open(page, [one, two]), one, 'offline')
    },
  },
  {
    name: 'outdated',
    title: 'Outdated',
    how: 'connected as an older version',
    async show({ page }) {
      await page.routeWebSocket(/\/socket\.io\//, (socket) => {
        const gateway = socket.connectToServer()
        socket.onMessage((packet) => gateway.send(String(packet).replace(/"protocol":\d+/, '"protocol":1')))
      })
      await reaches(await open(page, [one, two]), one, 'outdated')
    },
  },
  {
    name: 'error-404',
    title: 'No such page',
    how: 'an unknown address',
    async show({ page }) {
      await page.goto('/nothing/here')
    },
  },
  {
    name: 'error-404-stream',
    title: 'No such stream, in German',
    how: 'an unknown stream',
    context: { locale: 'de-DE' },
    async show({ page }) {
      await page.goto(`/channel/${one}/streams/77`)
    },
  },
  {
    name: 'error-500',
    title: 'A page that could not be loaded',
    how: 'its data is an error of the server',
    async show({ page }) {
      await failAbout(page)
      await page.goto('/replay')
      await hasStarted(page)
      await page.locator('header a[href="/about"]').click()
      await expect(page.getByRole('heading', { level: 1 })).toContainText('could not be loaded')
    },
  },
  {
    name: 'error-server',
    title: 'The page that needs nothing',
    how: 'the file that a failing server answers with',
    async show({ page }) {
      const body = await readFile(new URL('../../web/src/error.html', import.meta.url), 'utf8')
      await page.route('**/failed', (route) =>
        route.fulfill({
          status: 500,
          contentType: 'text/html',
          body: body.replaceAll('%sveltekit.status%', '500'),
        }),
      )
      await page.goto('/failed')
    },
  },
]
