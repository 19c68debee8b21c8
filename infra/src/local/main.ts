import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SettingsError } from '@chat-battle/service/settings'
import { Problem } from './problem.ts'
import { root } from './root.ts'
import { readEverySetting } from './settings.ts'
import { startLocal } from './system.ts'
import { runTests } from './test-run.ts'

const say = (line: string) => console.log(line)

/** Aborted when the person, or whatever runs this, asks for the end; a launcher that lost its parent is asked as well. */
function endAsked(): AbortSignal {
  const asked = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked.abort())
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) asked.abort()
  }, 1000).unref()
  return asked.signal
}

async function run(chat: 'twitch' | 'simulated'): Promise<void> {
  const signal = endAsked()
  const settings = await readEverySetting(process.env)
  const system = await startLocal({ settings, chat, say, signal })
  say(`Chat Battle is ready: open ${system.url}`)
  if (!signal.aborted) {
    const keepAlive = setInterval(() => undefined, 60_000)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    clearInterval(keepAlive)
  }
  say('stopping')
  await system.stop()
}

const envFile = join(root, '.env')
if (existsSync(envFile)) process.loadEnvFile(envFile)
const [mode, ...rest] = process.argv.slice(2)
try {
  if (mode === 'demo') await run('simulated')
  else if (mode === 'start') await run('twitch')
  else if (mode === 'test') process.exitCode = await runTests(rest, say)
  else throw new Problem('usage: main.ts demo | start | test [name of a suite]')
  process.exit()
} catch (error) {
  if (error instanceof DOMException && error.name === 'AbortError') process.exit(130)
  if (error instanceof Problem || error instanceof SettingsError) console.error(error.message)
  else console.error(error)
  process.exit(1)
}
