import type { Page } from '@playwright/test'
import { expect, test } from '../src/fixtures.ts'

/** Bytes of the scripts, by gzip, that a page loads before a pane of it is opened. */
const maxScriptBytes = 100 * 1000
const maxLayoutShift = 0.02

/** Sums the scripts that the page has loaded so far. */
async function scriptBytes(page: Page): Promise<number> {
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => new URL(name).pathname.endsWith('.js')),
  )
  const sizes = scripts.map(async (script) => {
    const { headers } = await fetch(script, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })
    expect(headers.get('content-encoding'), script).toBe('gzip')
    return Number(headers.get('content-length'))
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** Sums the layout shifts since the page began, except those that follow an input. */
async function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & {
            value: number
            hadRecentInput: boolean
          })[])
            if (!entry.hadRecentInput) sum += entry.value
        })
        observer.observe({ type: 'layout-shift', buffered: true })
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)))
      }),
  )
}

test('loads at most 100 kB of scripts with the first page', async ({ battle, page, twitch }) => {
  // With figures, what is loaded near the end of a battle's page is out of view.
  await battle.open(['budget1', 'budget2'])
  for (const login of ['budget1', 'budget2']) {
    await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
    await twitch.say(login, 'ann', 'hello')
    await expect(battle.messages(login)).toHaveText('1')
  }
  for (const channels of [[], ['budget1', 'budget2']]) {
    const live = page.waitForEvent('websocket')
    await battle.open(channels)
    for (const login of channels) await expect(battle.messages(login)).toHaveText('1')
    await live
    const bytes = await scriptBytes(page)
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThanOrEqual(maxScriptBytes)
  }
})

for (const [device, width, height] of [
  ['a phone', 390, 844],
  ['a desk', 1440, 900],
] as const) {
  test(`moves nothing while figures come, on ${device}`, async ({ battle, page, twitch }) => {
    await page.setViewportSize({ width, height })
    const logins = [`still_${width}_a`, `still_${width}_b`]
    await battle.open(logins)
    for (const login of logins) await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
    for (const [index, login] of logins.entries()) {
      for (let count = 0; count < 30; count++)
        await twitch.say(login, `person${count}`, 'Kappa', { emotes: '25:0-4', bits: index * 100 })
      await expect(battle.messages(login)).toHaveText('30')
    }
    expect(await layoutShift(page)).toBeLessThan(maxLayoutShift)
    await page.reload()
    for (const login of logins) await expect(battle.status(login)).toHaveAttribute('data-status', 'live')
    expect(await layoutShift(page)).toBeLessThan(maxLayoutShift)
  })
}
