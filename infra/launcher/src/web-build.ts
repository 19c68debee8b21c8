import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '@chat-battle/runtime/process/command-line'
import { timed, type Log } from './progress.ts'
import { root } from './root.ts'
import { gatewayUrl, type LocalSettings } from './settings.ts'
import type { Command } from './supervisor.ts'

const webDir = join(root, 'web')
const sources = [
  'web/src/**/*',
  'web/static/**/*',
  'web/*.ts',
  'web/*.json',
  'contracts/src/**/*.ts',
  'pnpm-lock.yaml',
]

const bin = join(webDir, 'node_modules', '.bin')

/** Builds the page, unless its sources are those of the last build. */
export async function buildWeb(log: Log): Promise<void> {
  const stamp = join(webDir, 'build', 'sources.sha256')
  const current = await hashOfSources()
  const built = await readFile(stamp, 'utf8').catch(() => undefined)
  if (built === current) return
  await timed(log, 'build the page', async () => {
    await run(join(bin, 'svelte-kit'), ['sync'])
    await run(join(bin, 'vite'), ['build', '--logLevel', 'warn'])
  })
  await writeFile(stamp, current)
}

/** The command that serves the page from its sources by Vite, which replaces changed modules in the browser. */
export function viteCommand(settings: LocalSettings, env: NodeJS.ProcessEnv): Command {
  const address = ['--host', settings.HOST, '--port', String(settings.WEB_PORT), '--strictPort']
  return {
    command: process.execPath,
    args: [join(webDir, 'node_modules', 'vite', 'bin', 'vite.js'), 'dev', ...address],
    cwd: webDir,
    env: { ...env, GATEWAY_URL: process.env.GATEWAY_URL ?? gatewayUrl(settings) },
  }
}

/** Generates the types and the tsconfig that web's TypeScript refers to, if they are missing. */
export async function syncWeb(): Promise<void> {
  if (!existsSync(join(webDir, '.svelte-kit', 'tsconfig.json'))) await run(join(bin, 'svelte-kit'), ['sync'])
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: webDir, stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0)
    throw new UserError(`the page could not be built: ${command} ended with code ${code}, see above`)
}

async function hashOfSources(): Promise<string> {
  const files: string[] = []
  for await (const entry of glob(sources, { cwd: root, withFileTypes: true })) {
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name))
  }
  const hash = createHash('sha256')
  for (const file of files.sort()) hash.update(file.slice(root.length)).update(await readFile(file))
  return hash.digest('hex')
}
