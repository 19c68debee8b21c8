import { isDeepStrictEqual } from 'node:util'
import { chromium, type Browser, type Locator } from '@playwright/test'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/channel-stats'
import { until, windowLasts } from '@chat-battle/infra/testing'
import { findChromium } from '@chat-battle/infra/local/chromium'
import type { Installation } from './installation.ts'

const shownWithinMs = 20_000

/** A browser that asks nothing but this machine. */
export async function launchBrowser(say: (line: string) => void): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? (await findChromium(say))
  return chromium.launch({
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  })
}

/** Opens the page with up to four channels, and collects what `check` says of each. */
async function checkCards(
  browser: Browser,
  installation: Installation,
  channels: readonly string[],
  check: (card: Locator, login: string) => Promise<string | undefined>,
): Promise<string[]> {
  const page = await browser.newPage()
  const problems: (string | undefined)[] = []
  const shown = channels.slice(0, 4)
  try {
    await page.goto(`${installation.url('web')}/?channels=${shown.join(',')}`)
    for (const login of shown) problems.push(await check(page.getByTestId(`channel-${login}`), login))
  } finally {
    await page.close()
  }
  return problems.filter((problem) => problem !== undefined)
}

/** Tells which channels do not have a gap drawn on their chart. */
export function gapsInBrowser(
  browser: Browser,
  installation: Installation,
  channels: readonly string[],
): Promise<string[]> {
  return checkCards(browser, installation, channels, (card, login) =>
    card
      .getByRole('img', { name: /gap/ })
      .waitFor({ timeout: 10_000 })
      .then(
        () => undefined,
        () => `${login}: no gap is drawn`,
      ),
  )
}

/** Tells where the page does not come to show what REST has: counts, and who and what is at the top. */
export async function shownInBrowser(
  browser: Browser,
  installation: Installation,
  channels: readonly string[],
): Promise<string[]> {
  await windowLasts(2 * shownWithinMs)
  return checkCards(browser, installation, channels, async (card, login) => {
    const response = await fetch(`${installation.url('web')}/api/channels/${login}/stats`)
    const wanted = figuresOf(channelStats.parse(await response.json()))
    let shown: string[] = []
    const isShown = async () => {
      shown = await figuresOn(card)
      return isDeepStrictEqual(shown, wanted)
    }
    return until(isShown, 'the page shows what REST has', shownWithinMs).then(
      () => undefined,
      () => `${login}: REST has ${wanted.join(' ')}, the page ${shown.join(' ')}`,
    )
  })
}

function figuresOf({ message_count, unique_chatters, top_emotes, top_chatters }: ChannelStats): string[] {
  const text = (count: number) => count.toLocaleString('en-US')
  return [
    text(message_count),
    text(unique_chatters),
    ...top_emotes.flatMap(({ name, count }) => [name, text(count)]),
    ...top_chatters.flatMap(({ username, count }) => [username, text(count)]),
  ]
}

async function figuresOn(card: Locator): Promise<string[]> {
  const figures = [card.getByTestId('message-count'), card.getByTestId('chatters')]
  return [
    ...(await Promise.all(figures.map((figure) => figure.innerText()))),
    ...(await card.locator('ol').locator('.name, .count').allTextContents()),
  ]
}
