import type { Page } from '@playwright/test'
import { privmsg } from '@chat-battle/infra/twitch/irc-text'
import { derivedRoomId } from '@chat-battle/infra/twitch/protocol'
import { until, windowLasts } from '@chat-battle/infra/testing'
import type { Fault } from '../fault.ts'
import { underLoad, type Running } from '../under-load.ts'

const channels = ['content_a', 'content_b']
const target = 'content_a'
/** So often, that whoever says it is among the top. */
const repeats = 60
const tallestNamePx = 64
const shownWithinMs = 60_000

const hostileNames = [
  '<img/src=x/onerror=window.__harmed=1>',
  '"><script>window.__harmed=2</script>',
  "javascript:window.__harmed=3//'",
  `z${'\u0301'.repeat(2000)}`,
  '\u202Eevitcarettaon\u2066\u2067',
  'аdmіn',
  'a\u0000b\u0007c\u001b[31m',
  '\u200b\u200b\u200b',
  '{{constructor.constructor("window.__harmed=4")()}}',
  '𒐫'.repeat(60),
]
const hostileTexts = [
  '<svg onload=window.__harmed=5>',
  '</script><script>window.__harmed=6</script>',
  `${'\u0301'.repeat(2000)}`,
  '\u202E\u202D\u2066 upside down',
  'x'.repeat(5000),
  '\u0001ACTION \u0001ACTION nested\u0001\u0001',
]
/** None of them lies within the text. */
const hostileRanges = [
  '25:99999-100000',
  '25:3-1',
  '25:a-b',
  '25',
  ':',
  '25:5-',
  '/,/:-',
  '25:99999999999999999999-1',
]

function sayHostile({ traffic }: Running): number {
  const room = { login: target, id: derivedRoomId(target) }
  let said = 0
  for (let repeat = 0; repeat < repeats; repeat++) {
    hostileNames.forEach((name, index) => {
      const author = {
        id: `66${index}`,
        login: name,
        displayName: name,
        isSubscriber: false,
        badges: name.replace(/[;\s]/g, ''),
      }
      const text = hostileTexts[(repeat + index) % hostileTexts.length] ?? ''
      const emotes = hostileRanges[(repeat + index) % hostileRanges.length] ?? ''
      traffic.say(
        target,
        privmsg(room, author, { id: `hostile-${++said}`, timestamp: Date.now(), text, emotes }),
      )
    })
  }
  return said
}

/** What a page lets happen that shows hostile names and texts. */
async function harmIn(page: Page, url: string, said: number): Promise<string[]> {
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
  const card = page.getByTestId(`channel-${target}`)
  const names = card.locator('bdi.name')
  await until(
    async () => Number((await card.getByTestId('message-count').textContent())?.replaceAll(',', '')) >= said,
    'the page shows what was said',
  )
  const shown = await names.allTextContents()
  for (const name of [hostileNames[0], hostileNames[1]]) {
    if (!shown.some((text) => text === name)) harm.push(`${name} is not shown as it is`)
  }
  const [harmed, overflows] = await page.evaluate(() => [
    '__harmed' in window || document.querySelector('img[src="x"], svg[onload]') !== null,
    document.documentElement.scrollWidth > window.innerWidth,
  ])
  if (harmed) harm.push('the page ran or held what a chatter wrote')
  if (overflows) harm.push('the page is wider than its window')
  for (const row of await card.locator('li').all()) {
    const height = (await row.boundingBox())?.height ?? 0
    if (height > tallestNamePx) harm.push(`a row is ${height} px tall`)
  }
  return harm
}

export const content: Fault = {
  rows: [{ id: 14, name: 'hostile names, texts and emote ranges' }],
  hasShortForm: true,
  run(context) {
    return underLoad(
      context,
      { name: 'fault-14', channels, linesPerSecond: 20, archive: 'same row' },
      async (running) => {
        await windowLasts(shownWithinMs)
        const said = sayHostile(running)
        const browser = await context.browser()
        const problems: string[] = []
        for (const width of [390, 1440]) {
          const page = await browser.newPage({ viewport: { width, height: 900 } })
          const url = `${running.installation.url('web')}/?channels=${channels.join(',')}`
          problems.push(...(await harmIn(page, url, said)))
          await page.close()
        }
        return { times: said, problems, notes: ['in a browser, on a phone and on a desk'] }
      },
    )
  },
}
