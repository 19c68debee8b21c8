import { createLogger } from '@chat-battle/runtime/process/logger'
import { readConfig } from '@chat-battle/web/server/config'
import type { PageHandler } from '@chat-battle/web/server/page'
import { startWeb, type Web } from '@chat-battle/web/server/service'
import { expect, test as base } from '../src/fixtures.ts'

const channels = ['known1', 'known2', '900']

/** A second `web` in front of the same system, as the demo starts it. */
const test = base.extend<{ simulation: Web }>({
  simulation: async ({ system }, use) => {
    const built = new URL('../../web/build/handler.js', import.meta.url)
    const { handler } = (await import(built.href)) as { handler: PageHandler }
    const settings = { WEB_PORT: '0', GATEWAY_URL: system.url, SIMULATED_CHANNELS: channels.join(',') }
    await using web = await startWeb(readConfig(settings), createLogger('test', 'warn'), handler)
    await use(web)
  },
  baseURL: async ({ simulation }, use) => use(`http://127.0.0.1:${simulation.port}`),
})

for (const [device, width] of [
  ['phone', 390],
  ['desk', 1440],
] as const) {
  for (const colorScheme of ['dark', 'light'] as const) {
    test(`says on a ${device} in ${colorScheme} that chat is simulated`, async ({
      battle,
      page,
    }, testInfo) => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await battle.open()
      await expect(page.getByText('Simulated chat')).toBeVisible()
      await battle.open(['known1', 'known2'])
      await expect(page.getByText('Simulated chat')).toBeVisible()
      await expect(battle.status('known1')).toHaveText(/^Simulated/)
      await expect(battle.status('known1')).toHaveAttribute('data-status', 'live')
      await battle.expectAccessible()
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow).toBeLessThanOrEqual(0)
      await page.screenshot({ path: testInfo.outputPath('page.png'), fullPage: true })
    })
  }
}

test('offers the channels of the simulation in place of one that it does not have', async ({
  battle,
  page,
  twitch,
}, testInfo) => {
  await twitch.do({ do: 'missing', channel: 'elsewhere' })
  await battle.open(['elsewhere', 'known2'])
  await expect(battle.status('elsewhere')).toHaveAttribute('data-status', 'not_found')
  const card = battle.card('elsewhere')
  await expect(card.getByText('The simulation has no channel of this name.', { exact: true })).toBeVisible()
  const offered = card.getByRole('list', { name: 'Channels of the simulation' }).getByRole('link')
  await expect(offered).toHaveText(['known1', '900'])
  await battle.expectAccessible()
  await page.screenshot({ path: testInfo.outputPath('page.png'), fullPage: true })
  await offered.filter({ hasText: '900' }).click()
  await expect(battle.card('900')).toBeVisible()
  await expect(card).toHaveCount(0)
  expect(new URL(page.url()).search).toBe('?channels=@900,known2')
})

base('says nothing of a simulation where chat is that of Twitch', async ({ battle, page }) => {
  await battle.open()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByText('Simulated chat')).toHaveCount(0)
})
