import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { findChromium } from '@chat-battle/launcher/chromium'

const dir = join(import.meta.dirname, '..')
const args = ['test', '--config', 'gallery/playwright.config.ts', ...process.argv.slice(2)]
const child = spawn(join(dir, 'node_modules', '.bin', 'playwright'), args, {
  cwd: dir,
  stdio: 'inherit',
  env: { ...process.env, CHROMIUM: await findChromium(console.log) },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
const [code] = (await once(child, 'close')) as [number | null]
process.exitCode = code ?? 1
