import { isDeepStrictEqual } from 'node:util'
import { chromium, type Browser, type Locator } from '@playwright/test'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { labelledRankings } from '@chat-battle/contracts/records/figures'
import { chromiumArgs, findChromium } from '@chat-battle/launcher/chromium'
import { until } from '@chat-battle/testkit/testing'
import type { ExactCount } from '@chat-battle/twitch-stub/compare/exact-count'
import { compareWindow } from '@chat-battle/twitch-stub/compare/side-by-side'
import { withCommas } from '../harness/format.ts'
import type { Installation } from '../installation/installation.ts'
import { restStats } from '../installation/rest.ts'

const maxShownChannels = 4
const gapDrawnWithinMs = 10_000
/** How soon a page must show the last message. */
export const shownWithinMs = 30_000

/** Starts a Chromium that resolves no name but this machine's. */
export async function launchBrowser(log: (line: string) => void): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? (await findChromium(log))
  return chromium.launch({
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(executablePath === undefined ? {} : { executablePath }),
    args: chromiumArgs,
  })
}

/** A page that stays open through a fault, with the first channels of an installation. */
export interface OpenPage extends AsyncDisposable {
  /** Where the page does not show the exact counts and rankings of the newest window in time. */
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
    if (exact === undefined || exact.message_count === 0) return `${login}: no message to compare`
    let found = ''
    const isShown = async () => {
      const stats = await restStats(installation, 'web', login)
      const [wanted, shown] = [figuresOf(stats), await figuresOn(page.getByTestId(`channel-${login}`))]
      found = `${login}: counted ${exact.message_count}, REST has ${wanted.join(' ')}, the page ${shown.join(' ')}`
      return compareWindow(exact, stats).same && isDeepStrictEqual(shown, wanted)
    }
    return until(isShown, 'the page shows the exact count', shownWithinMs).then(
      () => undefined,
      () => found,
    )
  }
  await page.goto(pageUrl(installation, shownChannels))
  return {
    async differences(counted) {
      const found = await Promise.all(shownChannels.map((login) => difference(login, counted.get(login))))
      return found.filter((problem) => problem !== undefined)
    },
    [Symbol.asyncDispose]: () => page.close(),
  }
}

/** Opens a page; a problem per channel, of the first ones, whose chart draws no gap. */
export async function missingGapsOnPage(
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
      .waitFor({ timeout: gapDrawnWithinMs })
      .then(
        () => true,
        () => false,
      )
  try {
    await page.goto(pageUrl(installation, shownChannels))
    const drawn = await Promise.all(shownChannels.map(isDrawn))
    return shownChannels
      .filter((_, index) => drawn[index] === false)
      .map((login) => `${login}: the page draws no gap`)
  } finally {
    await page.close()
  }
}

export function pageUrl(installation: Pick<Installation, 'url'>, channels: readonly string[]): string {
  return `${installation.url('web')}/?channels=${channels.join(',')}`
}

/** In the order of the page. */
function figuresOf(stats: ChannelStats): string[] {
  const { message_count, unique_chatters, top_emotes } = stats
  const people = labelledRankings.flatMap(({ name }) => stats[name] ?? [])
  return [
    withCommas(message_count),
    withCommas(unique_chatters),
    ...top_emotes.flatMap(({ name, count }) => [name, withCommas(count)]),
    ...people.flatMap(({ username, count }) => [username, withCommas(count)]),
  ]
}

async function figuresOn(card: Locator): Promise<string[]> {
  const figures = [card.getByTestId('message-count'), card.getByTestId('chatters')]
  return [
    ...(await Promise.all(figures.map((figure) => figure.innerText()))),
    ...(await card.locator('ol').locator('.name, .count').allTextContents()),
  ]
}
