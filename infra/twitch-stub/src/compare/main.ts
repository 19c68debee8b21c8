import { parseArgs } from 'node:util'
import { setTimeout as delay } from 'node:timers/promises'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { port as portSetting, readSettings } from '@chat-battle/runtime/process/settings'
import { z } from 'zod'
import { allJoined, playRecording } from '../play.ts'
import { channelsOf, readRecording } from '../replay.ts'
import { startTwitch } from '../server.ts'
import { exactCount, type ExactCount } from './exact-count.ts'
import { compareWindow } from './side-by-side.ts'

const usage = `Plays a recording to a running installation, and holds what that shows against an exact count.

  pnpm compare FILE [--speed 20] [--url http://localhost:3000] [--port 3002] [--host 127.0.0.1]

Start the installation beside it with TWITCH_IRC_URL=ws://127.0.0.1:3002 and nothing else listening there.`

const settledAfterMs = 3000
const settledWithinMs = 60_000
const columnWidth = 46

function fail(message: string): never {
  console.error(`${message}\n\n${usage}`)
  process.exit(2)
}

const { values, positionals } = (() => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        speed: { type: 'string', default: '20' },
        url: { type: 'string', default: 'http://localhost:3000' },
        port: { type: 'string', default: '3002' },
        host: { type: 'string', default: '127.0.0.1' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return fail(String(error))
  }
})()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const file = positionals[0] ?? fail('no recording given')
const speed = Number(values.speed)
if (!(speed > 0)) fail('--speed is a number above zero')
const { port } = readSettings({ port: portSetting }, { port: values.port })
const api = (path: string) => `${z.url().parse(values.url).replace(/\/$/, '')}/api/channels/${path}`

async function watch(login: string): Promise<void> {
  const response = await fetch(api(`${login}/watch`), { method: 'POST' })
  if (!response.ok) fail(`${values.url} does not watch ${login}: ${await response.text()}`)
}

async function shownOf(login: string, start: number): Promise<ChannelStats | undefined> {
  const response = await fetch(api(`${login}/stats?window_start=${start}`))
  return response.ok ? channelStats.parse(await response.json()) : undefined
}

/** Waits until the installation shows as many messages as were sent, or until what it shows no longer changes. */
async function settled(counts: ReadonlyMap<string, ReadonlyMap<number, ExactCount>>): Promise<void> {
  const deadlineMs = performance.now() + settledWithinMs
  for (let before = ''; performance.now() < deadlineMs;) {
    const shown = await Promise.all(
      [...counts].flatMap(([login, windows]) =>
        [...windows.keys()].map(async (start) => (await shownOf(login, start))?.message_count ?? 0),
      ),
    )
    if (before === shown.join()) return
    before = shown.join()
    await delay(settledAfterMs)
  }
}

const recorded = await readRecording(file).catch((error: Error) => fail(error.message))
const channels = channelsOf(recorded)
await using server = await startTwitch({ port, host: values.host })
for (const login of channels) await watch(login)
const renewal = setInterval(() => channels.forEach((login) => void watch(login)), 20_000)
const { signal } = new AbortController()
console.log(`waiting until ${channels.join(', ')} are joined`)
await allJoined(server, channels, signal)
console.log(`playing ${recorded.length} lines, ${speed} times as fast as they were recorded`)
const sent = await playRecording(server, recorded, { speed, signal })
const counts = exactCount(sent)
await settled(counts)
clearInterval(renewal)

let differences = 0
for (const [login, windows] of counts) {
  for (const [start, counted] of [...windows].sort(([a], [b]) => a - b)) {
    const { rows } = compareWindow(counted, await shownOf(login, start))
    console.log(`\n${login}, window of ${new Date(start).toISOString()}`)
    console.log(`  ${''.padEnd(20)} ${'counted'.padEnd(columnWidth)} shown`)
    for (const { figure, counted: exact, shown, same } of rows) {
      if (!same) differences++
      console.log(
        `${same ? ' ' : '!'} ${figure.padEnd(20)} ${exact.slice(0, columnWidth).padEnd(columnWidth)} ${shown.slice(0, columnWidth)}`,
      )
    }
  }
}
console.log(
  `\n${sent.length} lines, ${differences === 0 ? 'every figure equal' : `${differences} figures differ`}`,
)
process.exitCode = differences === 0 ? 0 : 1
