import { defineConfig } from '@playwright/test'
import tests from '../playwright.config.ts'

/** One system, whose chat goes on from one scene to the next. */
export default defineConfig({
  ...tests,
  testDir: '.',
  testMatch: 'gallery.spec.ts',
  outputDir: '../test-results/failed-scenes',
  workers: 1,
  timeout: 150_000,
  expect: { timeout: 25_000 },
  use: { ...tests.use, trace: 'off', screenshot: 'off' },
})
