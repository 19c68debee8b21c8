import { chromium } from '@playwright/test'
import lighthouse, { desktopConfig } from 'lighthouse'
import { chromiumArgs, findChromium } from '@chat-battle/launcher/chromium'
import { freePort } from '@chat-battle/runtime/http/free-port'
import { positiveNumber, runCommand, UserError } from '@chat-battle/runtime/process/command-line'
import { median } from './quantile.ts'

const usage = `Scores pages of a running system by Lighthouse, in Chromium, as the median of several runs.

  pnpm bench:lighthouse [URL] [--runs 5] [--path PATH...] [--failures]

URL is http://127.0.0.1:3000 by default, where \`pnpm demo\` opens the page. Without --path, the start page and a battle of four demo
channels are scored. --failures lists the audits that cost points. Fails where a median is below 95.`

const leastScore = 95
const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const
const presets = { desktop: desktopConfig, mobile: undefined }
/** Figures behind the score of performance: their names here, and Lighthouse's. */
const figures = {
  'first paint': 'first-contentful-paint',
  'largest paint': 'largest-contentful-paint',
  'blocking time': 'total-blocking-time',
  'layout shift': 'cumulative-layout-shift',
} as const
const paths = ['/', '/?channels=pixelparade,speedlab,nightkitchen,chessgarden']

const options = {
  runs: { type: 'string', default: '5' },
  path: { type: 'string', multiple: true, default: paths },
  failures: { type: 'boolean', default: false },
} as const

interface Run {
  scores: number[]
  figures: number[]
  failures: string[]
}

await runCommand({ usage, options, allowPositionals: true }, async ({ values, positionals }) => {
  const [url = 'http://127.0.0.1:3000'] = positionals
  const runs = positiveNumber('runs', values.runs)
  let isGood = true
  for (const path of values.path) {
    for (const preset of Object.keys(presets) as (keyof typeof presets)[]) {
      const taken: Run[] = []
      for (let run = 0; run < runs; run++) taken.push(await score(new URL(path, url).href, preset))
      const medians = (of: (run: Run) => number[], count: number) =>
        Array.from({ length: count }, (_, index) => median(taken.map((run) => of(run)[index] ?? NaN)))
      const scores = medians((run) => run.scores, categories.length)
      isGood &&= scores.every((each) => each >= leastScore)
      console.log(
        `${path}  ${preset}  ${categories.map((name, index) => `${name} ${scores[index]}`).join('  ')}`,
      )
      const measured = medians((run) => run.figures, Object.keys(figures).length)
      const shown = Object.keys(figures).map(
        (name, index) => `${name} ${measured[index]?.toFixed(name === 'layout shift' ? 3 : 0)}`,
      )
      console.log(`    ${shown.join('  ')}`)
      if (values.failures)
        for (const failure of new Set(taken.flatMap((run) => run.failures))) console.log(`    ${failure}`)
    }
  }
  return isGood ? 0 : 1
})

/** Each run has a browser of its own, with nothing in its cache. */
async function score(url: string, preset: keyof typeof presets): Promise<Run> {
  const port = await freePort()
  const browser = await chromium.launch({
    executablePath: await findChromium(() => undefined),
    args: [...chromiumArgs, `--remote-debugging-port=${port}`],
  })
  try {
    const result = await lighthouse(
      url,
      { port, logLevel: 'error', onlyCategories: [...categories] },
      presets[preset],
    )
    if (result === undefined || result.lhr.runtimeError !== undefined)
      throw new UserError(
        `Lighthouse could not score ${url}: ${result?.lhr.runtimeError?.message ?? 'no result'}`,
      )
    const { lhr } = result
    return {
      scores: categories.map((name) => Math.round((lhr.categories[name]?.score ?? 0) * 100)),
      figures: Object.values(figures).map((name) => lhr.audits[name]?.numericValue ?? NaN),
      failures: Object.values(lhr.audits)
        .filter(({ score }) => score !== null && score < 0.9)
        .map(({ id, displayValue = '' }) => `${id} ${displayValue}`.trim()),
    }
  } finally {
    await browser.close()
  }
}
