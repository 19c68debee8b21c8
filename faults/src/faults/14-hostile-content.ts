import type { Page } from '@playwright/test'
import { windowLasts } from '@chat-battle/testkit/testing'
import type { Fault } from '../harness/define-fault.ts'
import { sayHostile, type Shown } from '../load/hostile-chat.ts'
import { wrongInRows } from '../clients/ranked-rows.ts'
import { underLoad } from '../harness/under-load.ts'

const channels = ['content_a', 'content_b']
const shownWithinMs = 60_000

/** What a page lets happen that shows hostile names and texts; `shown` by channel. */
async function harmIn(page: Page, url: string, shown: readonly Shown[]): Promise<string[]> {
  const harm: string[] = []
  page.on('dialog', (dialog) => {
    harm.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => harm.push(`an error: ${error.message}`))
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) harm.push(`refused by the policy: ${line.text()}`)
  })
  const response = await page.goto(url)
  const policy = response?.headers()['content-security-policy'] ?? ''
  const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? "'unsafe-inline'"
  if (/unsafe-(inline|eval)/.test(scripts)) harm.push(`the policy for scripts is ${scripts}`)
  for (const [index, login] of channels.entries())
    harm.push(...(await wrongInRows(page.getByTestId(`channel-${login}`), shown[index] ?? new Map())))
  const [harmed, overflows] = await page.evaluate(() => [
    '__harmed' in window || document.querySelector('img[src="x"], svg[onload]') !== null,
    document.documentElement.scrollWidth > window.innerWidth,
  ])
  if (harmed) harm.push('the page ran or held what a chatter wrote')
  if (overflows) harm.push('the page is wider than its window')
  return harm
}

export const content: Fault = {
  rows: [{ id: 14, name: 'hostile names, texts and emote ranges' }],
  hasShortForm: true,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-14', channels, linesPerSecond: 20, archive: 'same row' },
      async ({ installation, traffic }) => {
        await windowLasts(shownWithinMs)
        const before = traffic.sent.length
        const shown = sayHostile(traffic, channels)
        const times = traffic.sent.length - before
        const browser = await context.browser()
        const problems: string[] = []
        for (const width of [390, 1440]) {
          const page = await browser.newPage({ viewport: { width, height: 900 } })
          const url = `${installation.url('web')}/?channels=${channels.join(',')}`
          const harm = await harmIn(page, url, shown)
          problems.push(...harm.map((what) => `${width} px: ${what}`))
          await page.close()
        }
        return { times, problems, notes: ['in a browser, on a phone and on a desk'] }
      },
    )
  },
}
