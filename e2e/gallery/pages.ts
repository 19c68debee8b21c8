import { expect, type Page } from '@playwright/test'
import { BattlePage } from '../src/fixtures.ts'
import { hasStarted } from '../src/has-started.ts'
import { at, type Scene, type Stage } from './scene.ts'

const [one, two] = ['pixelparade', 'speedlab']
const minuteMs = 60_000

async function give(page: Page, token: string): Promise<void> {
  const field = page.locator('input[type="password"]').first()
  await field.fill(token)
  await field.press('Enter')
}

/** The hour of simulated history, and half an hour before it without coverage. */
const range = ({ sinceMs, nowMs }: Stage) => `range=${sinceMs - 30 * minuteMs}-${nowMs}`
const hasRange = async ({ page }: Stage) => {
  await expect(page.getByTestId(`range-${one}`).getByTestId('range-messages')).toBeVisible()
  await expect(page.getByTestId('history').locator('.curves path').first()).toBeVisible()
}
const hasMoments = async ({ page }: Stage) => {
  const feed = page.getByTestId('moments').first()
  await expect(feed).toBeVisible()
  await expect(feed.getByRole('article').first()).toBeVisible()
}
const hasRows = async ({ page }: Stage) => {
  await expect(page.getByRole('row').nth(1)).toBeVisible()
}
/** Has short streams, which its chat brings into the archive. */
async function showStreams({ page }: Stage): Promise<void> {
  const login = 'slowloom'
  await page.goto(`/?channels=${login}`)
  await expect(new BattlePage(page).status(login)).toHaveAttribute('data-status', 'live')
  await expect(async () => {
    await page.goto(`/channel/${login}/streams`)
    await hasStarted(page)
    await expect(page.getByRole('row').nth(1)).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 90_000 })
}
const place = ({ nowMs }: Stage) =>
  `/replay?channels=${one},${two}&from=${nowMs - 30 * minuteMs}&to=${nowMs - 10 * minuteMs}&at=${nowMs - 20 * minuteMs}`
/** The archive needs a while for an hour that is sent at once. */
async function showReplay(stage: Stage): Promise<void> {
  const { page, operatorToken } = stage
  await expect(async () => {
    await page.goto(place(stage))
    await hasStarted(page)
    await give(page, operatorToken)
    for (const login of [one, two]) {
      const count = page.getByTestId(`channel-${login}`).getByTestId('message-count')
      await expect(count).not.toHaveText('0', { timeout: 20_000 })
    }
  }).toPass({ timeout: 120_000 })
  await page.waitForTimeout(2000)
  await page.keyboard.press(' ')
}
const search = ({ sinceMs, nowMs }: Stage) => `/search?channel=${one}&words=gg&from=${sinceMs}&to=${nowMs}`
const isFound = async ({ page, operatorToken }: Stage) => {
  await give(page, operatorToken)
  await expect(page.getByTestId('search-results').getByRole('listitem').first()).toBeVisible()
}

export const pages: readonly Scene[] = [
  at('range', 'A range with gaps hatched', (stage) => `/?channels=${one},${two}&${range(stage)}`, {
    ready: hasRange,
  }),
  at('range-mark', 'The card of a mark', (stage) => `/?channels=${one},${two}&${range(stage)}`, {
    async ready(stage) {
      await hasRange(stage)
      await stage.page.getByTestId('history').locator('.strip button').first().click()
    },
  }),
  at(
    'range-apart',
    'Curves apart, compared',
    (stage) => `/?channels=${one},${two}&${range(stage)}&view=apart&compare=day`,
    {
      ready: hasRange,
    },
  ),
  at('range-de', 'A range, in German', (stage) => `/?channels=${one},${two}&${range(stage)}`, {
    context: { locale: 'de-DE' },
    ready: hasRange,
  }),
  at('range-zoom', 'A range, at 200 %', (stage) => `/?channels=${one},${two}&${range(stage)}`, {
    zoom: 2,
    ready: hasRange,
  }),
  at('range-away', 'A range, the archive away', `/?channels=${one},${two}&range=1h`, {
    how: 'REST answers 503',
    async show({ page }) {
      const json = { error: { kind: 'archive_unavailable', message: 'made for the gallery' } }
      await page.route('**/history?**', (route) => route.fulfill({ status: 503, json }))
      await page.goto(`/?channels=${one},${two}`)
      await hasStarted(page)
      await page.getByTestId('range-picker').getByText('Hour', { exact: true }).click()
      await expect(page.getByTestId(`range-${one}`).getByRole('alert')).toBeVisible()
    },
  }),
  at('moments', 'Moments beside the battle', `/?channels=${one},${two}&side=moments`, { ready: hasMoments }),
  at('moments-reading', 'Moments that are being read', '', {
    how: 'answers kept back',
    async show({ page }) {
      await page.route('**/moments?**', () => undefined)
      await page.goto(`/?channels=${one},${two}&side=moments`)
      await expect(page.getByTestId('moments')).toBeVisible()
    },
  }),
  at('moments-failed', 'Moments that could not be read', '', {
    how: 'REST ends without an answer',
    async show({ page }) {
      await page.route('**/moments?**', (route) => route.abort())
      await page.goto(`/?channels=${one},${two}&side=moments`)
      await expect(page.getByTestId('moments').getByRole('button')).toBeVisible()
    },
  }),
  at('chat', 'Chat beside the battle', `/?channels=${one},${two}&side=chat`, {
    async ready({ page }) {
      await expect(page.getByTestId('chat')).toBeVisible()
      await page.waitForTimeout(4000)
    },
  }),
  at('chat-filter', 'Chat, filtered and stopped', `/?channels=${one},${two}&side=chat`, {
    async ready({ page }) {
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.waitForTimeout(4000)
      await page.keyboard.press('p')
    },
  }),
  at('emotes', 'The use of emotes', `/channel/${one}/emotes`, { ready: hasRows }),
  at('replay', 'Replay', '', { show: showReplay }),
  at('replay-form', 'Replay, nothing chosen', '/replay'),
  at('search', 'Search', search, { ready: isFound }),
  at('search-token', 'Search, no token, in German', search, { context: { locale: 'de-DE' } }),
  at('search-zoom', 'Search, at 200 %', search, { zoom: 2, ready: isFound }),
  at('streams', 'Streams of a channel', '', { show: showStreams }),
  at('summary', 'Summary of a stream', '', {
    async show(stage) {
      await showStreams(stage)
      const { page } = stage
      await page.getByRole('rowheader').or(page.getByRole('cell')).getByRole('link').first().click()
      await expect(page.getByTestId('summary')).toBeVisible()
    },
  }),
  at(
    'summary-range',
    'Summary of any range',
    ({ sinceMs, nowMs }) => `/channel/${one}/range?from=${sinceMs}&to=${nowMs}`,
    {
      async ready({ page }) {
        await expect(page.getByTestId('summary')).toBeVisible()
      },
    },
  ),
  at('vote-form', 'A vote, prepared', '/vote', {
    async ready({ page }) {
      await page.getByLabel('Channel').fill(one)
      await page.getByLabel('Question').fill('What next?')
      await page.getByLabel('Option 1', { exact: true }).fill('Chess')
      await page.getByLabel('Option 2', { exact: true }).fill('Go')
    },
  }),
  at(
    'vote',
    'A vote that runs',
    ({ nowMs }) => `/vote?channel=${one}&options=1:Chess,2:Go,3:Checkers&title=What%20next%3F&from=${nowMs}`,
    {
      how: 'votes said by the stand-in for Twitch',
      async ready({ page, twitch }) {
        await expect(page.getByTestId('vote-phase')).toHaveAttribute('data-phase', 'counting')
        for (let voter = 0; voter < 30; voter++)
          await twitch.say(one, `voter${voter}`, String(voter % 5 === 0 ? 3 : voter % 2 === 0 ? 2 : 1))
        await expect(page.getByTestId('vote-total')).toHaveText(/^[1-9]/)
      },
    },
  ),
  at('operator', 'The operator’s room', '/operator', {
    async ready({ page, operatorToken }) {
      await give(page, operatorToken)
      await expect(page.getByTestId('room-services')).toContainText('serves')
    },
  }),
  at('about', 'About', '/about'),
  at('about-zoom', 'About, at 200 %', '/about', { zoom: 2 }),
  at('rules', 'Rules of the visitor’s own', `/?channels=${one},${two}`, {
    async ready({ page }) {
      await expect(new BattlePage(page).status(one)).toHaveAttribute('data-status', 'live')
      await page.keyboard.press('a')
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  }),
  at('keys', 'The list of keys', `/?channels=${one},${two}&side=chat`, {
    async ready({ page }) {
      await expect(new BattlePage(page).status(one)).toHaveAttribute('data-status', 'live')
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  }),
  at('menus', 'Menu of pages', '/about', {
    how: 'its button, on a phone',
    async ready({ page }) {
      await page.setViewportSize({ width: 390, height: 844 })
      await page.getByRole('button', { name: 'Menu' }).click()
    },
  }),
]
