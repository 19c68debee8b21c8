import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { operatorToken, test } from '../src/fixtures.ts'
import { overlays } from './overlays.ts'
import { pages } from './pages.ts'
import { schemes, views, zoomedViews, type Scene } from './scene.ts'
import { writeSheet, type Shot } from './sheet.ts'
import { states } from './states.ts'
import { writeTable } from './table.ts'

const folder = join(import.meta.dirname, '..', '..', 'docs', 'gallery')
const large = join(import.meta.dirname, '..', 'test-results', 'gallery')
const scenes: readonly Scene[] = [...states, ...pages, ...overlays]
const historyMs = 60 * 60_000

// Chat is simulated, and the page does not say so: each state is shown as a visitor of real chat sees it.
test.use({ chat: 'simulated', environment: { SIMULATED_CHANNELS: '' } })

let startedMs: number
test.beforeAll(async ({ system }) => {
  test.setTimeout(180_000)
  await mkdir(folder, { recursive: true })
  await mkdir(large, { recursive: true })
  startedMs = Date.now()
  await test.expect
    .poll(() => momentsOf(system.url), { timeout: 120_000, intervals: [1000] })
    .toBeGreaterThan(5)
})

test.afterAll(async () => {
  const isMade = ({ name }: Scene) => existsSync(join(folder, `${name}.webp`))
  const missing = scenes.filter((scene) => !isMade(scene))
  await writeTable(scenes.filter(isMade), missing, join(folder, 'README.md'))
})

/** How many moments of the simulated past are there. */
async function momentsOf(origin: string): Promise<number> {
  const range = `from=${startedMs - historyMs}&to=${Date.now()}`
  const answer = await fetch(`${origin}/api/channels/pixelparade/moments?${range}`)
  return answer.ok ? ((await answer.json()) as { moments: unknown[] }).moments.length : 0
}

for (const scene of scenes) {
  test(scene.name, async ({ browser, baseURL, twitch }) => {
    const page = await pageOf(browser, scene, baseURL)
    const nowMs = Date.now()
    const sinceMs = startedMs - historyMs
    await scene.show({ page, twitch, operatorToken, nowMs, sinceMs })
    const shots = await shotsOf(page, scene)
    await page.context().close()
    const file = { webp: join(folder, `${scene.name}.webp`), png: join(large, `${scene.name}.png`) }
    await writeSheet(browser, shots, file)
  })
}

async function pageOf(
  browser: Browser,
  { context, zoom = 1 }: Scene,
  baseURL: string | undefined,
): Promise<Page> {
  const opened = await browser.newContext({
    baseURL,
    viewport: { width: 1440 / zoom, height: 1100 / zoom },
    deviceScaleFactor: zoom,
    reducedMotion: 'reduce',
    ...context,
  })
  return opened.newPage()
}

/** Its page at every width, dark first. */
async function shotsOf(page: Page, { name, zoom = 1 }: Scene): Promise<Shot[]> {
  const shots: Shot[] = []
  for (const scheme of schemes) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    for (const view of zoom === 1 ? views : zoomedViews) {
      const { width, height } = view
      await page.setViewportSize({ width: width / zoom, height: height / zoom })
      // Charts follow the width, and are drawn in the next frames.
      await page.waitForTimeout(150)
      const path = join(large, `${name}-${width}-${scheme}.png`)
      shots.push({ view, scheme, png: await page.screenshot({ path }) })
    }
  }
  return shots
}
