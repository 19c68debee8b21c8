import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from '@playwright/test'
import { findChromium } from '@chat-battle/launcher/chromium'
import { positiveNumber, runCommand } from '@chat-battle/runtime/process/command-line'
import { createLogger } from '@chat-battle/runtime/process/logger'
import { readConfig } from '@chat-battle/web/server/config'
import type { PageHandler } from '@chat-battle/web/server/page'
import { startWeb } from '@chat-battle/web/server/service'
import { startBusyGateway } from './page/busy-gateway.ts'
import { heapMbOf, slopeOf } from './page/heap.ts'

const usage = `Measures the page's main thread in Chromium under four busy channels.

  pnpm bench:page [BUILD...] [--seconds 15] [--rounds 3] [--rate 100] [--side chat] [--heap MINUTES]

--rate is messages per second and channel. --side none measures the page without its chat pane. Frames are those of the page beside
those of a blank page in the same browser. With --heap the page stays open for so long, and its heap
is read once per minute, after a collection: fails where it grows by more than a tenth of a MB per minute. Several builds, web/build by default, are measured in turns.`

const warmUpMs = 3000
/** The chat pane keeps a bounded number of messages, which is reached in this time. */
const heapWarmUpMinutes = 2
const maxHeapSlopeMb = 0.1
const blankSeconds = 5
const viewport = { width: 1440, height: 900 }
const channels = ['busy1', 'busy2', 'busy3', 'busy4']

interface Load {
  /** Share of the measured time in which the page's main thread ran a task, waiting for a core included. */
  busyWall: number
  /** CPU time of the page's main thread as shares of the measured time: all tasks, and the parts of them. */
  busy: number
  script: number
  style: number
  layout: number
  longestTaskMs: number
  /** Tasks above 50 ms. */
  longTasks: number
  layouts: number
  /** Frames, as a share of those of a blank page in the same time. */
  frames: number
  /** JavaScript's heap after a collection, MB: before and after the measured time, and then once per minute. */
  heapMb: number[]
}

const options = {
  seconds: { type: 'string', default: '15' },
  rounds: { type: 'string', default: '3' },
  rate: { type: 'string', default: '100' },
  side: { type: 'string', default: 'chat' },
  heap: { type: 'string', default: '0' },
} as const

await runCommand({ usage, options, allowPositionals: true }, async ({ values, positionals }) => {
  const builds = positionals.length > 0 ? positionals : ['web/build']
  const seconds = positiveNumber('seconds', values.seconds)
  const rounds = positiveNumber('rounds', values.rounds)
  const heapMinutes = values.heap === '0' ? 0 : positiveNumber('heap', values.heap)
  await using gateway = await startBusyGateway(positiveNumber('rate', values.rate))
  const browser = await chromium.launch({
    executablePath: await findChromium(() => undefined),
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  })
  let isFlat = true
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const build of builds) {
        const load = await measure(browser, gateway.url, build, values.side, seconds, heapMinutes)
        isFlat = print(build, load) && isFlat
      }
    }
  } finally {
    await browser.close()
  }
  return isFlat ? 0 : 1
})

/** Prints a measurement; returns whether the heap is flat. */
function print(build: string, load: Load): boolean {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  console.log(
    `${build}  busy ${percent(load.busyWall)}  CPU ${percent(load.busy)}  script ${percent(load.script)}  style ${percent(load.style)}  ` +
      `layout ${percent(load.layout)}  tasks above 50 ms ${load.longTasks}, longest ${load.longestTaskMs.toFixed(0)} ms  layouts/s ${load.layouts.toFixed(1)}  ` +
      `frames ${percent(load.frames)}  heap ${load.heapMb.map((mb) => mb.toFixed(1)).join(' ')} MB`,
  )
  const minutes = load.heapMb.slice(heapWarmUpMinutes + 1)
  if (minutes.length < 2) return true
  const slope = slopeOf(minutes)
  console.log(`heap over ${minutes.length - 1} min: ${slope.toFixed(3)} MB per minute`)
  return slope <= maxHeapSlopeMb
}

async function measure(
  browser: Browser,
  gatewayUrl: string,
  build: string,
  side: string,
  seconds: number,
  heapMinutes: number,
): Promise<Load> {
  const built = pathToFileURL(resolve(build, 'handler.js')).href
  const { handler } = (await import(built)) as { handler: PageHandler }
  const config = readConfig({ WEB_PORT: '0', GATEWAY_URL: gatewayUrl })
  await using web = await startWeb(config, createLogger('bench', 'error'), handler)
  const blankFrames = await framesOfBlankPage(browser)
  const page = await browser.newPage({ viewport })
  await page.goto(`http://127.0.0.1:${web.port}/?channels=${channels.join(',')}&side=${side}`)
  await page.waitForSelector('[data-status=live]')
  await page.waitForTimeout(warmUpMs)
  const [readCpu, readWall] = [await metricsOf(page, 'threadTicks'), await metricsOf(page, 'timeTicks')]
  const read = async () => ({ cpu: await readCpu(), wall: await readWall() })
  const heapBefore = await heapMbOf(page)
  const before = await read()
  const watched = await watch(page, seconds)
  const after = await read()
  const heapMb = [heapBefore, await heapMbOf(page)]
  for (let minute = 0; minute < heapMinutes; minute++) {
    await page.waitForTimeout(60_000)
    heapMb.push(await heapMbOf(page))
  }
  await page.close()
  const share = (name: string, by: 'cpu' | 'wall' = 'cpu') =>
    ((after[by][name] ?? 0) - (before[by][name] ?? 0)) / seconds
  return {
    busyWall: share('TaskDuration', 'wall'),
    busy: share('TaskDuration'),
    script: share('ScriptDuration'),
    style: share('RecalcStyleDuration'),
    layout: share('LayoutDuration'),
    longestTaskMs: watched.longestMs,
    longTasks: watched.longTasks,
    layouts: share('LayoutCount'),
    frames: watched.frames / seconds / blankFrames,
    heapMb,
  }
}

/** Frames per second of a page without anything. */
async function framesOfBlankPage(browser: Browser): Promise<number> {
  const page = await browser.newPage({ viewport })
  const { frames } = await watch(page, blankSeconds)
  await page.close()
  return frames / blankSeconds
}

interface Watched {
  frames: number
  longestMs: number
  longTasks: number
}

/** Counts the frames of a page and its long tasks for some time. */
async function watch(page: Page, seconds: number): Promise<Watched> {
  await page.evaluate(() => {
    const state = { longestMs: 0, frames: 0, longTasks: 0 }
    Object.assign(window, { bench: state })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        state.longTasks++
        state.longestMs = Math.max(state.longestMs, duration)
      }
    }).observe({ entryTypes: ['longtask'] })
    const count = () => {
      state.frames++
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
  })
  const now = () => page.evaluate(() => ({ ...(window as unknown as { bench: Watched }).bench }))
  const before = await now()
  await page.waitForTimeout(seconds * 1000)
  const after = await now()
  return { ...after, frames: after.frames - before.frames }
}

/** Chromium's counters of a page, by its name for them; durations in seconds of the time domain. */
async function metricsOf(page: Page, timeDomain: 'threadTicks' | 'timeTicks') {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
  }
}
