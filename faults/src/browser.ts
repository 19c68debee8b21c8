import { chromium, type Browser } from '@playwright/test'
import { channelStats } from '@chat-battle/contracts/channel-stats'
import { until } from '@chat-battle/infra/testing'
import { findChromium } from '@chat-battle/infra/local/chromium'
import type { Installation } from './installation.ts'

/** A browser that asks nothing but this machine. */
export async function launchBrowser(say: (line: string) => void): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? (await findChromium(say))
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  })
}

/** Tells which of up to four channels do not have a gap drawn on their chart. */
export async function gapsInBrowser(
  browser: Browser,
  installation: Installation,
  channels: readonly string[],
): Promise<string[]> {
  const page = await browser.newPage()
  const problems: string[] = []
  try {
    await page.goto(`${installation.url('web')}/?channels=${channels.slice(0, 4).join(',')}`)
    for (const login of channels.slice(0, 4)) {
      const drawn = page.getByTestId(`channel-${login}`).getByRole('img', { name: /gap/ })
      await drawn.waitFor({ timeout: 10_000 }).catch(() => problems.push(`${login}: no gap is drawn`))
    }
  } finally {
    await page.close()
  }
  return problems
}

/** Opens the page with up to four channels; tells where it does not come to show what REST has. */
export async function shownInBrowser(
  browser: Browser,
  installation: Installation,
  channels: readonly string[],
): Promise<string[]> {
  const page = await browser.newPage()
  const problems: string[] = []
  try {
    await page.goto(`${installation.url('web')}/?channels=${channels.slice(0, 4).join(',')}`)
    for (const login of channels.slice(0, 4)) {
      const count = page.getByTestId(`channel-${login}`).getByTestId('message-count')
      const response = await fetch(`${installation.url('web')}/api/channels/${login}/stats`)
      const { message_count } = channelStats.parse(await response.json())
      const wanted = message_count.toLocaleString('en-US')
      await until(async () => (await count.textContent()) === wanted, `${login} shows ${wanted}`).catch(
        async (error: Error) => problems.push(`${error.message}, but ${await count.textContent()}`),
      )
    }
  } finally {
    await page.close()
  }
  return problems
}
