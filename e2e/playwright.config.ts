import { chromiumArgs } from '@chat-battle/launcher/chromium'
import { defineConfig } from '@playwright/test'

const inRun = process.env.PLAYWRIGHT_JSON_OUTPUT_NAME !== undefined

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  // The tests of a worker share one system; each uses channels of its own. They mostly wait.
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: inRun ? [['list'], ['json']] : [['list']],
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env.CHROMIUM === undefined ? {} : { executablePath: process.env.CHROMIUM }),
      args: chromiumArgs,
    },
  },
})
