import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { UserError } from '@chat-battle/runtime/process/command-line'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** For a Chromium that resolves no name but this machine's. Its sandbox does not work for root. */
export const chromiumArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
]

/** The path of a Chromium: one on PATH, or Playwright's own. On Debian as root it is installed; else a `UserError` says how. */
export async function findChromium(log: (line: string) => void): Promise<string> {
  const found = onPath() ?? (await ofPlaywright())
  if (found !== undefined) return found
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    log('installing Chromium by apt-get')
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    ]) {
      spawnSync('apt-get', args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    }
    const installed = onPath()
    if (installed !== undefined) return installed
  }
  throw new UserError(
    'no Chromium found for the browser tests: install it (on Debian: apt-get install chromium), or run `pnpm --filter @chat-battle/e2e exec playwright install chromium`',
  )
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return candidates.find((file) => existsSync(file) && works(file))
}

async function ofPlaywright(): Promise<string | undefined> {
  try {
    const { chromium } = await import('@playwright/test')
    const file = chromium.executablePath()
    return existsSync(file) ? file : undefined
  } catch {
    return undefined
  }
}

function works(file: string): boolean {
  try {
    execFileSync(file, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
