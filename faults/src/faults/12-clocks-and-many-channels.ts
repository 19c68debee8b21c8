import { windowStart } from '@chat-battle/contracts/window'
import { until } from '@chat-battle/testkit/testing'
import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { Random } from '@chat-battle/twitch-stub/random'
import { Watcher } from '../clients/watcher.ts'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { inMegabytes, withCommas } from '../harness/format.ts'
import { inputProcessed } from '../installation/input-processed.ts'
import type { Installation } from '../installation/installation.ts'
import { moveClocks, withMovableClock } from '../installation/move-clocks.ts'
import { findRestStats, restStats } from '../installation/rest.ts'
import { isJoined } from '../installation/twitch-joins.ts'
import { problemUnless } from '../judges/limits.ts'
import { MetricPeaks } from '../judges/metric-peaks.ts'
import { writeCrowd, writeOneTimeChannels } from '../load/one-time-chatters.ts'

const channels = ['clock_a', 'clock_b', 'clock_c']
const crowded = 'clock_crowd'
const oneTimeChannels = 1_000_000
/** Ten times as many chatters as a window counts exactly. */
const crowd = 200_000
const crowdWithinMs = 120_000
const oneTimeChannelsWithinMs = 600_000
/** The greatest error of an estimate: see docs/limits.md. */
const maxError = 0.01
const skewedLines = 3000
const maxSkewMs = 25_000
const maxWindowAgeMs = 20 * 60_000
/** Event times that are not believed, by the outcome that the processor counts. */
const unbelievedTimes = {
  late: [0, 86_400_000],
  invalid_time: [Date.UTC(2100, 0, 1), 8_640_000_000_000_000],
}
/** One line of each unbelieved time per so many skewed lines. */
const unbelievedEvery = 30
/** From docs/limits.md, for a processor that owns every partition and a gateway; and the memory that both may use. */
const maxBytes = 1.5 * 1024 ** 3
const bounds = {
  'memory of the processor': { process: 'processor', metric: 'process_resident_memory_bytes', max: maxBytes },
  'memory of the gateway': { process: 'gateway', metric: 'process_resident_memory_bytes', max: maxBytes },
  'open channels': { process: 'processor', metric: 'processor_channels', max: 15_000 },
  'windows in the gateway': { process: 'gateway', metric: 'gateway_cached_windows', max: 20_000 },
}

function sendSkewedLines({ installation, traffic, seed }: FaultRun): void {
  const random = new Random(seed)
  const person = (id: number) => ({
    id: `5${id}`,
    login: `skewed${id}`,
    displayName: 'Skewed',
    isSubscriber: false,
    badges: '',
  })
  for (let index = 0; index < skewedLines; index++) {
    const login = channels[index % channels.length] ?? ''
    const room = { login, id: derivedRoomId(login) }
    const timestamp = Date.now() + random.below(2 * maxSkewMs) - maxSkewMs
    const said = { id: `skewed-${index}`, timestamp, text: 'about now' }
    traffic.say(login, privmsg(room, person(index % 50), said))
    if (index % unbelievedEvery !== 0) continue
    for (const at of Object.values(unbelievedTimes).flat()) {
      // Sent past the traffic: these lines must not be counted.
      const unbelieved = { id: `stray-${index}-${at}`, timestamp: at, text: 'not now' }
      installation.twitch.say(login, privmsg(room, person(99), unbelieved))
    }
  }
}

/** Problems of lines with unbelieved times that did not arrive, or were believed. */
async function unbelievedProblems({ metric }: Installation): Promise<string[]> {
  const problems: string[] = []
  for (const [outcome, times] of Object.entries(unbelievedTimes)) {
    const sent = (times.length * skewedLines) / unbelievedEvery
    const isCounted = async () => (await metric('processor', 'processor_events_total', { outcome })) >= sent
    problems.push(...(await problemUnless(isCounted, `${sent} lines are counted as ${outcome}`)))
  }
  return problems
}

/** Sends a crowd into a channel; returns how many chatters are then shown. */
async function chattersOfCrowd(installation: Installation, login: string): Promise<number> {
  const nowMs = Date.now()
  await writeCrowd(installation, crowd, { id: derivedRoomId(login), login }, nowMs)
  await inputProcessed(installation, crowdWithinMs)
  const countedStats = async () => {
    const stats = await findRestStats(installation, 'gateway', login, windowStart(nowMs))
    return stats?.message_count === crowd ? stats : undefined
  }
  return (await until(countedStats, `every message of ${login} is counted`)).unique_chatters
}

async function wrongWindows(installation: Installation): Promise<string[]> {
  const problems: string[] = []
  for (const login of channels) {
    const { window_start } = await restStats(installation, 'gateway', login)
    if (Math.abs(window_start - Date.now()) > maxWindowAgeMs)
      problems.push(`${login} is in the window of ${window_start}`)
  }
  return problems
}

export const clocksAndManyChannels = defineFault({
  id: 12,
  name: 'clocks that jump, a million channels that never return',
  load: () => ({ name: 'fault-12', channels, linesPerSecond: 100, env: withMovableClock() }),
  async make(run) {
    const { installation, watcher, log } = run
    sendSkewedLines(run)
    await watcher.recovered(Date.now())
    const problems = await unbelievedProblems(installation)
    problems.push(...(await moveClocks(run)))
    log('every clock was moved')
    using peaks = new MetricPeaks(installation, bounds)
    // A visitor keeps the crowd's window open beside everything that comes after it.
    using _visitor = new Watcher(installation.url('gateway'), [crowded])
    await until(() => isJoined(installation.twitch, crowded), `${crowded} is joined`)
    const chatters = await chattersOfCrowd(installation, crowded)
    log('the crowd was counted')
    await writeOneTimeChannels(installation, oneTimeChannels, log)
    const writtenAtMs = Date.now()
    await inputProcessed(installation, oneTimeChannelsWithinMs)
    const recoveredInS = await watcher.recovered(writtenAtMs)
    problems.push(...peaks.problems(), ...(await wrongWindows(installation)))
    const peak = (name: keyof typeof bounds) => withCommas(peaks.of(name))
    return {
      times: oneTimeChannels,
      recoveredInS,
      chatters,
      notes: [
        `processor at most ${inMegabytes(peaks.of('memory of the processor'))}, ${peak('open channels')} channels open`,
        `gateway ${inMegabytes(peaks.of('memory of the gateway'))}, ${peak('windows in the gateway')} windows`,
        `a crowd of ${withCommas(crowd)} counted as ${withCommas(chatters)}`,
      ],
      problems,
    }
  },
  expect: (_run, _verdict, { chatters }) =>
    Math.abs(chatters - crowd) > crowd * maxError ? [`${chatters} chatters are shown of ${crowd}`] : [],
})
