import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { chromium } from '@playwright/test'
import { chromiumArgs, findChromium } from '@chat-battle/launcher/chromium'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { positiveNumber, runCommand, UserError } from '@chat-battle/runtime/process/command-line'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readConfig } from '@chat-battle/web/server/config'
import type { PageHandler } from '@chat-battle/web/server/page'
import { startWeb } from '@chat-battle/web/server/service'
import { BareTab } from './page/bare-tab.ts'
import { startBusyGateway } from './page/busy-gateway.ts'

const usage = `Measures the memory of overlays in Chromium under four busy channels, whose time runs fast.

  pnpm bench:overlay [--minutes 30] [--speed 16] [--rate 20]

Time, frames and messages run --speed times as fast: 30 minutes are 8 hours. --rate is messages per second and channel. All layouts
are open at the same time. Fails where the heap or the number of nodes grows.`

const channels = ['busy1', 'busy2', 'busy3', 'busy4']
const layouts = ['bar', 'curve', 'leaders', 'moment', 'vote'] as const
const size = { width: 1000, height: 400 }
const [loadMs, pollMs] = [30_000, 250]
const samples = 12
/** The first samples are those of a page that fills its bounded lists. */
const warmUpSamples = 4
const momentEveryMs = 60_000
/** What the mean of the last samples may be above that of the first ones. */
const tolerance = { share: 0.1, heapMb: 1, nodes: 50 }

interface Sample {
  heapMb: number
  nodes: number
}

const options = {
  minutes: { type: 'string', default: '30' },
  speed: { type: 'string', default: '16' },
  rate: { type: 'string', default: '20' },
} as const

await runCommand({ usage, options }, async ({ values }) => {
  const minutes = positiveNumber('minutes', values.minutes)
  const speed = positiveNumber('speed', values.speed)
  await using gateway = await startBusyGateway(positiveNumber('rate', values.rate), {
    speed,
    momentEveryMs,
    hasVotes: true,
  })
  const built = pathToFileURL(resolve('web/build', 'handler.js')).href
  const { handler } = (await import(built)) as { handler: PageHandler }
  const config = readConfig({ WEB_PORT: '0', GATEWAY_URL: gateway.url })
  await using web = await startWeb(config, createLogger('bench', 'error'), handler)
  const port = await freePort()
  const browser = await chromium.launch({
    executablePath: await findChromium(() => undefined),
    args: [...chromiumArgs, `--remote-debugging-port=${port}`],
  })
  try {
    const pages = await Promise.all(
      layouts.map(async (layout) => {
        const query = `layout=${layout}&options=1,2`
        const url = `http://127.0.0.1:${web.port}/overlay/${channels.join(',')}?${query}`
        return { layout, tab: await BareTab.open(port, url, size), taken: [] as Sample[] }
      }),
    )
    for (let sample = 0; sample < samples; sample++) {
      await delay((minutes * 60_000) / samples)
      for (const { tab, taken } of pages) taken.push(await sampleOf(tab))
    }
    console.log(`${((minutes * speed) / 60).toFixed(1)} h of channel time in ${minutes} min`)
    const grown = pages.filter(({ layout, taken }) => !report(layout, taken))
    return grown.length === 0 ? 0 : 1
  } finally {
    await browser.close()
  }
})

/** Prints the samples of a layout; returns whether they are flat. */
function report(layout: string, taken: readonly Sample[]): boolean {
  const settled = taken.slice(warmUpSamples)
  const half = settled.length / 2
  const grows = (figure: keyof Sample) => {
    const mean = (part: readonly Sample[]) => part.reduce((sum, each) => sum + each[figure], 0) / part.length
    const [before, after] = [mean(settled.slice(0, half)), mean(settled.slice(half))]
    return after > before * (1 + tolerance.share) + tolerance[figure]
  }
  const isFlat = !grows('heapMb') && !grows('nodes')
  const heap = taken.map(({ heapMb }) => heapMb.toFixed(1)).join(' ')
  const nodes = `${taken[warmUpSamples]?.nodes} to ${taken.at(-1)?.nodes} nodes`
  console.log(`${layout.padEnd(8)} heap MB ${heap}  ${nodes}  ${isFlat ? 'flat' : 'GROWS'}`)
  return isFlat
}

/** Waits until the overlay shows its figures. */
async function isShown(tab: BareTab): Promise<void> {
  const expression = "document.querySelector('[data-testid=air]')?.dataset.state"
  for (let left = loadMs; left > 0; left -= pollMs) {
    const { result } = (await tab.send('Runtime.evaluate', { expression })) as { result: { value?: string } }
    if (result.value === 'on') return
    await delay(pollMs)
  }
  throw new UserError(`an overlay shows nothing after ${loadMs} ms`)
}

async function sampleOf(tab: BareTab): Promise<Sample> {
  await isShown(tab)
  await tab.send('HeapProfiler.collectGarbage')
  await tab.send('Performance.enable')
  const { usedSize } = (await tab.send('Runtime.getHeapUsage')) as { usedSize: number }
  const { metrics } = (await tab.send('Performance.getMetrics')) as {
    metrics: { name: string; value: number }[]
  }
  await tab.send('Performance.disable')
  return { heapMb: usedSize / 1e6, nodes: metrics.find(({ name }) => name === 'Nodes')?.value ?? 0 }
}
