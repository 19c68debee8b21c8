import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { until } from '@chat-battle/testkit/testing'
import { identify } from './process-identity.ts'

const fixture = fileURLToPath(new URL('end-request.fixture.ts', import.meta.url))
const started: number[] = []
afterEach(async () => {
  for (const pid of started.splice(0)) if (await identify(pid)) process.kill(pid, 'SIGKILL')
})

/** A command that runs another by a shell in a process group of its own and passes no signal on, as npx and pnpm 12 do. */
function wrapped(command: string): string {
  const shell = `'set -m; ' + process.argv[1] + '; true'`
  const script = `require('child_process').spawn('bash', ['-c', ${shell}], { stdio: 'inherit' })`
  return `${quoted(process.execPath)} -e ${quoted(script)} ${quoted(command)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Runs a command line in a process group of its own, and waits for the fixture in it. */
async function run(line: string): Promise<{ outermost: ChildProcess; output: () => string; pid: number }> {
  const outermost = spawn('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  let output = ''
  outermost.stdout.on('data', (text: Buffer) => (output += text.toString()))
  const [, pid] = await until(() => /up as ([0-9]+)\n/.exec(output), 'the fixture')
  started.push(outermost.pid ?? 0, Number(pid))
  return { outermost, output: () => output, pid: Number(pid) }
}

const command = `${quoted(process.execPath)} ${quoted(fixture)}`

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'ends when the outermost of its wrappers gets %s',
  async (signal) => {
    const { outermost, output } = await run(`exec ${wrapped(wrapped(command))}`)
    outermost.kill(signal)
    await until(() => output().includes('its end was requested'), 'its end')
  },
)

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends by %s', async (signal) => {
  const { output, pid } = await run(wrapped(command))
  process.kill(pid, signal)
  await until(() => output().includes('its end was requested'), 'its end')
})

test('continues after the end of the script that started it in the background', async () => {
  const { outermost, output } = await run(`${wrapped(command)} & wait`)
  outermost.kill('SIGKILL')
  await once(outermost, 'exit')
  const before = output().length
  await until(() => output().slice(before).split('tick').length > 3, 'it to look several times')
  expect(output()).not.toContain('its end was requested')
})
