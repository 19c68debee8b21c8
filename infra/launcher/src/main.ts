import { join } from 'node:path'
import { SettingsError } from '@chat-battle/runtime/process/settings'
import { endAsked } from './end-asked.ts'
import { readEnvFile } from './env-file.ts'
import { UserError } from './problem.ts'
import { root } from './root.ts'
import { readEverySetting } from './settings.ts'
import { startLocal } from './system.ts'
import { runTests } from './test-run.ts'

const say = (line: string) => console.log(line)

async function run(chat: 'twitch' | 'simulated'): Promise<void> {
  const signal = endAsked()
  const settings = readEverySetting(process.env)
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

const [mode, ...rest] = process.argv.slice(2)
try {
  for (const [name, value] of Object.entries(readEnvFile(join(root, '.env')))) process.env[name] ??= value
  if (mode === 'demo') await run('simulated')
  else if (mode === 'start') await run('twitch')
  else if (mode === 'test') process.exitCode = await runTests(rest, say)
  else throw new UserError('usage: main.ts demo | start | test [name of a suite]')
  process.exit()
} catch (error) {
  if (error instanceof DOMException && error.name === 'AbortError') process.exit(130)
  console.error(isForThePerson(error) ? error.message : error)
  process.exit(1)
}

/** Whether an error's message says it all: of the person's own doing, or of the machine, as a file that cannot be written. */
function isForThePerson(error: unknown): error is Error {
  if (error instanceof UserError || error instanceof SettingsError) return true
  return error instanceof Error && 'syscall' in error && 'path' in error
}
