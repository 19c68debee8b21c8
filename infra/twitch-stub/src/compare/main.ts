import { setTimeout as delay } from 'node:timers/promises'
import { channelStats, type ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { positiveNumber, runCommand, UsageError, UserError } from '@chat-battle/runtime/process/command-line'
import { allJoined, playRecording } from '../play.ts'
import { channelsOf, readRecording, type RecordedLine } from '../replay.ts'
import { startTwitch } from '../server.ts'
import { exactCount, type ExactCount } from './exact-count.ts'
import { compareWindow } from './side-by-side.ts'

const usage = `Plays a recording to a running installation, and compares what it shows with an exact count.

  pnpm compare FILE [--speed 20] [--url http://localhost:3000] [--port 3002] [--host 127.0.0.1]

Start the installation before with TWITCH_IRC_URL=ws://127.0.0.1:3002; no other program may use that port.`

const settledAfterMs = 3000
const settledWithinMs = 60_000
const leaseRenewalMs = 20_000
const columnWidth = 46

const options = {
  speed: { type: 'string', default: '20' },
  url: { type: 'string', default: 'http://localhost:3000' },
  port: { type: 'string', default: '3002' },
  host: { type: 'string', default: '127.0.0.1' },
} as const

await runCommand({ usage, options, allowPositionals: true }, async ({ values, positionals: [file] }) => {
  if (file === undefined) throw new UsageError('no recording given')
  if (!URL.canParse(values.url)) throw new UsageError(`--url ${values.url}: expected a URL`)
  const [speed, port] = [positiveNumber('speed', values.speed), positiveNumber('port', values.port)]
  const recorded = await readRecording(file).catch((error: Error) => {
    throw new UserError(error.message)
  })
  const installation = new Installation(values.url)
  await using server = await startTwitch({ port, host: values.host })
  const counts = await playTo(installation, server, recorded, speed)
  await settled(installation, counts)
  const differences = await printComparison(installation, counts)
  console.log(
    `\n${recorded.length} lines, ${differences === 0 ? 'every figure equal' : `${differences} figures differ`}`,
  )
  return differences === 0 ? 0 : 1
})

/** The exact counts of each channel, by the start of their window. */
type Counts = ReadonlyMap<string, ReadonlyMap<number, ExactCount>>

/** The REST API of a running installation. */
class Installation {
  readonly #url: string

  constructor(url: string) {
    this.#url = url.replace(/\/$/, '')
  }

  async watch(login: string): Promise<void> {
    const response = await fetch(`${this.#url}/api/channels/${login}/watch`, { method: 'POST' })
    if (!response.ok) throw new UserError(`${this.#url} does not watch ${login}: ${await response.text()}`)
  }

  async stats(login: string, windowStart: number): Promise<ChannelStats | undefined> {
    const response = await fetch(`${this.#url}/api/channels/${login}/stats?window_start=${windowStart}`)
    return response.ok ? channelStats.parse(await response.json()) : undefined
  }
}

async function playTo(
  installation: Installation,
  server: Awaited<ReturnType<typeof startTwitch>>,
  recorded: readonly RecordedLine[],
  speed: number,
): Promise<Counts> {
  const channels = channelsOf(recorded)
  for (const login of channels) await installation.watch(login)
  const renew = () => channels.forEach((login) => void installation.watch(login).catch(console.warn))
  setInterval(renew, leaseRenewalMs).unref()
  const { signal } = new AbortController()
  console.log(`waiting until ${channels.join(', ')} are joined`)
  await allJoined(server, channels, signal)
  console.log(`playing ${recorded.length} lines, ${speed} times as fast as they were recorded`)
  const sent = await playRecording(server, recorded, { speed, signal })
  return exactCount(sent, server.emotes)
}

/** Waits until what the installation shows no longer changes. */
async function settled(installation: Installation, counts: Counts): Promise<void> {
  const deadlineMs = performance.now() + settledWithinMs
  for (let before = ''; performance.now() < deadlineMs;) {
    const shown = await Promise.all(
      [...counts].flatMap(([login, windows]) =>
        [...windows.keys()].map(
          async (start) => (await installation.stats(login, start))?.message_count ?? 0,
        ),
      ),
    )
    if (before === shown.join()) return
    before = shown.join()
    await delay(settledAfterMs)
  }
}

/** Prints a table per window; returns how many figures differ. */
async function printComparison(installation: Installation, counts: Counts): Promise<number> {
  let differences = 0
  for (const [login, windows] of counts) {
    for (const [start, counted] of [...windows].sort(([a], [b]) => a - b)) {
      const { rows } = compareWindow(counted, await installation.stats(login, start))
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
  return differences
}
