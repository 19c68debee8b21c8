import { chromiumArgs } from '@chat-battle/launcher/chromium'
import { defineConfig } from '@playwright/test'

const inRun = process.env.PLAYWRIGHT_JSON_OUTPUT_NAME !== undefined

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  // The tests of a worker share one system; each uses channels of its own. They mostly wait.
  workers: 3,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: inRun ? [['list'], ['json']] : [['list']],
  use: {
    // Behind a service worker, `page.route` does not see every request.
    serviceWorkers: 'block',
    // Chromium draws in software here: an animation that never ends takes a third of a core per page.
    contextOptions: { reducedMotion: 'reduce' },
    // A screencast of every test costs more than the page itself; a failed one has a screenshot.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env.CHROMIUM === undefined ? {} : { executablePath: process.env.CHROMIUM }),
      args: chromiumArgs,
    },
  },
})
