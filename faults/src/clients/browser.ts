import { isDeepStrictEqual } from 'node:util'
import { chromium, type Browser, type Locator } from '@playwright/test'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { compareWindow } from '@chat-battle/twitch-stub/compare/side-by-side'
import type { ExactCount } from '@chat-battle/twitch-stub/compare/exact-count'
import { until } from '@chat-battle/testkit/testing'
import { findChromium } from '@chat-battle/launcher/chromium'
import type { Installation } from '../installation/installation.ts'
import { restStats } from '../installation/rest.ts'

const maxShownChannels = 4
/** How long a page may take to show the last of what was said. */
export const shownWithinMs = 30_000

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

/** A page that stays open through a fault, with the first channels of an installation. */
export interface OpenPage extends AsyncDisposable {
  /** Tells where it does not come to show what was counted of the newest window, and who and what is at the top. */
  differences(counted: ReadonlyMap<string, ReadonlyMap<number, ExactCount>>): Promise<string[]>
}

export async function openPage(
  browser: Browser,
  installation: Installation,
  channels: readonly string[],
): Promise<OpenPage> {
  const page = await browser.newPage()
  const shownChannels = channels.slice(0, maxShownChannels)
  const difference = async (login: string, windows: ReadonlyMap<number, ExactCount> | undefined) => {
    const exact = windows?.get(Math.max(...windows.keys()))
    if (exact === undefined || exact.message_count === 0) return `${login}: nothing was said`
    let told = ''
    const isShown = async () => {
      const stats = await restStats(installation, 'web', login)
      const [wanted, shown] = [figuresOf(stats), await figuresOn(page.getByTestId(`channel-${login}`))]
      told = `${login}: counted are ${exact.message_count}, REST has ${wanted.join(' ')}, the page ${shown.join(' ')}`
      return compareWindow(exact, stats).same && isDeepStrictEqual(shown, wanted)
    }
    return until(isShown, 'the page shows what was counted', shownWithinMs).then(
      () => undefined,
      () => told,
    )
  }
  await page.goto(`${installation.url('web')}/?channels=${shownChannels.join(',')}`)
  return {
    async differences(counted) {
      const found = await Promise.all(shownChannels.map((login) => difference(login, counted.get(login))))
      return found.filter((problem) => problem !== undefined)
    },
    [Symbol.asyncDispose]: () => page.close(),
  }
}

/** Opens the page, and tells which of the first channels do not have a gap drawn on their chart. */
export async function gapsInBrowser(
  browser: Browser,
  installation: Installation,
  channels: readonly string[],
): Promise<string[]> {
  const page = await browser.newPage()
  const shownChannels = channels.slice(0, maxShownChannels)
  const isDrawn = (login: string) =>
    page
      .getByTestId(`channel-${login}`)
      .getByRole('img', { name: /gaps? in which messages may be missing/ })
      .waitFor({ timeout: 10_000 })
      .then(
        () => true,
        () => false,
      )
  try {
    await page.goto(`${installation.url('web')}/?channels=${shownChannels.join(',')}`)
    const drawn = await Promise.all(shownChannels.map(isDrawn))
    return shownChannels
      .filter((_, index) => drawn[index] === false)
      .map((login) => `${login}: no gap is drawn`)
  } finally {
    await page.close()
  }
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
