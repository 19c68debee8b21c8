import type { Page } from '@playwright/test'
import { windowLasts } from '@chat-battle/testkit/testing'
import { pageUrl } from '../clients/browser.ts'
import { rowProblems } from '../clients/ranked-rows.ts'
import { defineFault } from '../harness/define-fault.ts'
import { sendHostileChat, type ExpectedCounts } from '../load/hostile-chat.ts'

const channels = ['content_a', 'content_b']
const shownWithinMs = 60_000
/** A phone and a desktop screen. */
const widthsPx = [390, 1440]

/** What goes wrong on a page that shows hostile names and texts; `expected` per channel. */
async function pageProblems(page: Page, url: string, expected: readonly ExpectedCounts[]): Promise<string[]> {
  const problems: string[] = []
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => problems.push(`an error: ${error.message}`))
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy'))
      problems.push(`refused by the policy: ${line.text()}`)
  })
  const response = await page.goto(url)
  const policy = response?.headers()['content-security-policy'] ?? ''
  const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? "'unsafe-inline'"
  if (/unsafe-(inline|eval)/.test(scripts)) problems.push(`the policy for scripts is ${scripts}`)
  for (const [index, login] of channels.entries())
    problems.push(...(await rowProblems(page.getByTestId(`channel-${login}`), expected[index] ?? new Map())))
  const [isHarmed, overflows] = await page.evaluate(() => [
    '__harmed' in window || document.querySelector('img[src="x"], svg[onload]') !== null,
    document.documentElement.scrollWidth > window.innerWidth,
  ])
  if (isHarmed) problems.push('the page ran or contains what a chatter wrote')
  if (overflows) problems.push('the page is wider than its window')
  return problems
}

export const hostileContent = defineFault({
  id: 14,
  name: 'hostile names, texts and emote ranges',
  hasShortForm: true,
  load: { name: 'fault-14', channels, linesPerSecond: 20, archive: 'same row' },
  async make({ installation, traffic, browser }) {
    await windowLasts(shownWithinMs)
    const before = traffic.sent.length
    const expected = sendHostileChat(traffic, channels)
    const times = traffic.sent.length - before
    const problems: string[] = []
    for (const width of widthsPx) {
      const page = await (await browser()).newPage({ viewport: { width, height: 900 } })
      const found = await pageProblems(page, pageUrl(installation, channels), expected)
      problems.push(...found.map((problem) => `${width} px: ${problem}`))
      await page.close()
    }
    return { times, problems, notes: ['in a browser, on a phone and on a desk'] }
  },
})
