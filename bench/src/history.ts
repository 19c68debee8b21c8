import type { HistoryStep } from '@chat-battle/contracts/rest/routes/get-history'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { startArchiveFixture } from '@chat-battle/gateway/archive.fixture'
import { readHistory } from '@chat-battle/gateway/history'
import { rangeOf } from '@chat-battle/gateway/history-range'
import { positiveNumber, runCommand } from '@chat-battle/runtime/process/command-line'
import { provideCassandra } from './data-folder.ts'
import { busyWindows } from './history/busy-windows.ts'
import { quantile } from './quantile.ts'

const usage = `Measures how long a gateway takes to read the history of one busy channel, with a step and range each.

  pnpm bench:history [--reads 60] [--people 5000]

With CASSANDRA_CONTACT_POINTS it uses a keyspace of its own there, else a new node.`

const hourMs = 60 * 60 * 1000
const cases: readonly { step: HistoryStep; rangeMs: number }[] = [
  { step: '5s', rangeMs: hourMs },
  { step: '1m', rangeMs: 24 * hourMs },
  { step: '10m', rangeMs: 24 * hourMs },
  { step: '1h', rangeMs: 24 * hourMs },
  { step: '1h', rangeMs: 7 * 24 * hourMs },
]
const days = 7

type Archive = Awaited<ReturnType<typeof startArchiveFixture>>

/** Writes a week of windows that end at `endMs`. */
async function writeWeek({ writeClosed }: Archive, endMs: number, people: number): Promise<void> {
  const distinct = busyWindows(people)
  console.log(`a week of windows, ${Math.round(JSON.stringify(distinct[0]).length / 1000)} kB each`)
  for (let day = 0; day < days; day++) {
    const windows = Array.from({ length: 144 }, (_, index) => {
      const window_start = endMs - (day * 144 + index + 1) * windowMs
      const { stats, summary } = distinct[index % distinct.length] ?? {}
      if (stats === undefined || summary === undefined) throw new Error('no window was closed')
      return {
        stats: { ...stats, window_start, window_end: window_start + windowMs, coverage: null },
        summary: { ...summary, window_start },
      }
    })
    await writeClosed(
      windows.map(({ stats }) => stats),
      windows.map(({ summary }) => summary),
    )
  }
}

async function measure({ archive }: Archive, nowMs: number, reads: number): Promise<void> {
  const cached = { windows: () => [], summary: () => undefined }
  for (const { step, rangeMs } of cases) {
    const range = rangeOf({ from: nowMs - rangeMs, to: nowMs, step }, nowMs)
    const request = { channelId: '1001', channelLogin: 'arena', range, nowMs, cached }
    const tookMs: number[] = []
    const cpu = process.cpuUsage()
    let bytes = 0
    for (let read = 0; read < reads; read++) {
      const beganMs = performance.now()
      bytes = JSON.stringify(await readHistory(archive, request)).length
      tookMs.push(performance.now() - beganMs)
    }
    const [p50, p95] = [quantile(tookMs, 0.5), quantile(tookMs, 0.95)].map(Math.round)
    const { user, system } = process.cpuUsage(cpu)
    const cpuMs = Math.round((user + system) / 1000 / reads)
    const memoryMb = Math.round(process.memoryUsage().rss / 1e6)
    const size = `${Math.round(bytes / 1000)} kB, ${memoryMb} MB in memory`
    console.log(
      `${rangeMs / hourMs} h at ${step}: median ${p50} ms, p95 ${p95} ms, CPU ${cpuMs} ms, of ${reads}; ${size}`,
    )
  }
}

await runCommand(
  {
    usage,
    options: { reads: { type: 'string', default: '60' }, people: { type: 'string', default: '5000' } },
  },
  async ({ values }) => {
    const [reads, people] = [positiveNumber('reads', values.reads), positiveNumber('people', values.people)]
    await using stack = new AsyncDisposableStack()
    await provideCassandra(stack)
    const archive = stack.use(await startArchiveFixture())
    const nowMs = windowStart(Date.now())
    await writeWeek(archive, nowMs, people)
    await measure(archive, nowMs, reads)
    return 0
  },
)
