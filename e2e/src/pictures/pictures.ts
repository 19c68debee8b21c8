import { expect, type Page } from '@playwright/test'
import { hasStarted } from '../has-started.ts'
import type { Clip } from './webp-within.ts'

interface Picture {
  /** Of its file. */
  name: string
  /** Shows it, and returns which part of the page it is. */
  take(page: Page, token: string): Promise<Clip>
}

const [one, two, three, four] = ['pixelparade', 'speedlab', 'nightkitchen', 'chessgarden']
const minuteMs = 60_000
const shownWithin = { timeout: 60_000 }

export const pictures: readonly Picture[] = [
  {
    name: 'battle',
    async take(page) {
      await page.goto(`/?channels=${[one, two, three, four].join(',')}`)
      await expect(page.getByTestId('verdict')).toContainText('led', shownWithin)
      await expect(page.getByTestId('live-chart').locator('svg path').first()).toBeAttached(shownWithin)
      return screen(page)
    },
  },
  {
    name: 'moment',
    async take(page) {
      await page.goto(`/?channels=${one},${two}`)
      await page.getByTestId('live-chart').waitFor()
      await page.keyboard.press('End')
      const cards = page.getByTestId('moments').getByRole('article')
      await expect(cards.nth(1)).toBeVisible(shownWithin)
      const panel = page.getByTestId('moments')
      await panel.evaluate((element) => element.scrollIntoView())
      const box = await panel.boundingBox()
      const last = await cards.nth(1).boundingBox()
      if (box === null || last === null) throw new Error('the moments are not shown')
      return { ...box, height: last.y + last.height - box.y }
    },
  },
  {
    name: 'replay',
    async take(page, token) {
      const now = Date.now()
      const [from, at, to] = [25, 12, 5].map((minutes) => now - minutes * minuteMs)
      await page.goto(`/replay?channels=${one},${two}&from=${from}&to=${to}&at=${at}`)
      await hasStarted(page)
      const chat = page.getByTestId('replay-chat')
      await chat.getByRole('textbox').fill(token)
      await page.keyboard.press('Enter')
      await expect(chat.getByRole('listitem').nth(8)).toBeVisible(shownWithin)
      for (const login of [one, two])
        await expect(page.getByTestId(`channel-${login}`).getByTestId('message-count')).not.toHaveText(
          '0',
          shownWithin,
        )
      await page.locator('h1').focus()
      await page.keyboard.press(' ')
      await expect(page.getByTestId('replay-state')).toHaveText('Paused')
      return screen(page)
    },
  },
]

function screen(page: Page): Clip {
  return { x: 0, y: 0, ...(page.viewportSize() ?? { width: 0, height: 0 }) }
}
