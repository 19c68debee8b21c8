import { join } from 'node:path'
import { runCommand, UsageError } from '@chat-battle/runtime/process/command-line'
import { simulatedChannels } from '@chat-battle/twitch-stub/simulated-channels'
import { reportDemo } from './demo-report.ts'
import { endRequested } from './end-request.ts'
import { readEnvFile } from './env-file.ts'
import { root } from './root.ts'
import { gatewayUrl, readEverySetting } from './settings.ts'
import { startLocal } from './system.ts'
import { runTests, watchTests } from './testing/run-tests.ts'
import { stopWarmServers } from './testing/warm-servers.ts'

const usage = `Runs Chat Battle on this machine.

  pnpm demo                the whole system on simulated chat
  pnpm dev                 the demo for developers: Vite serves the page, services restart on change
  pnpm start               the whole system on live Twitch chat
  pnpm test [SUITE...] [FILE or NAME]          runs the tests, without arguments all of them
  pnpm test:watch [SUITE...] [FILE or NAME]    runs tests again on each change
  pnpm test stop                               ends the servers that stay between runs of tests

The suites are unit, kafka, cassandra, browser and faults. FILE is a part of a test file's path. Of the faults, give numbers.`

const options = { watch: { type: 'boolean', default: false } } as const
const log = (line: string) => console.log(line)

await runCommand({ usage, options, allowPositionals: true }, async ({ values, positionals }) => {
  const [mode, ...rest] = positionals
  for (const [name, value] of Object.entries(readEnvFile(join(root, '.env')))) process.env[name] ??= value
  if (mode === 'demo') return run('simulated')
  if (mode === 'dev') return run('simulated', true)
  if (mode === 'start') return run('twitch')
  if (mode === 'test') return test(rest, values.watch)
  throw new UsageError(mode === undefined ? 'no command given' : `no command ${mode}`)
})

async function run(chat: 'twitch' | 'simulated', isDevelopment = false): Promise<number> {
  const signal = endRequested()
  const settings = readEverySetting(process.env)
  const system = await startLocal({ settings, chat, isDevelopment, log, signal })
  log(`Chat Battle is ready: open ${system.url}`)
  if (system.demoToken !== undefined)
    log(`Messages of search and replay are for the operator. Token of this demo: ${system.demoToken}`)
  const [channel] = chat === 'simulated' ? simulatedChannels : []
  using _report =
    channel === undefined
      ? undefined
      : reportDemo(gatewayUrl(settings), channel, log, system.demoToken ?? process.env.OPERATOR_TOKEN)
  if (!signal.aborted) {
    const keepAlive = setInterval(() => undefined, 60_000)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    clearInterval(keepAlive)
  }
  log('stopping')
  await system.stop()
  return 0
}

async function test(args: readonly string[], isWatching: boolean): Promise<number> {
  if (args[0] === 'stop' && args.length === 1) {
    await stopWarmServers(log)
    return 0
  }
  return isWatching ? watchTests(args, log) : runTests(args, log)
}
