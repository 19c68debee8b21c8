import { channelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowStart } from '@chat-battle/contracts/window'
import { Random } from '@chat-battle/twitch-stub/random'
import { privmsg } from '@chat-battle/twitch-stub/irc-text'
import { derivedRoomId } from '@chat-battle/twitch-stub/protocol'
import { until } from '@chat-battle/testkit/testing'
import type { Fault } from '../harness/define-fault.ts'
import { mb } from '../installation/footprint.ts'
import { inputCounted } from '../installation/input-processed.ts'
import type { Installation } from '../installation/installation.ts'
import { isHeard } from '../judges/join-sampler.ts'
import { moveClocks, withMovableClock } from '../installation/move-clocks.ts'
import { Peaks } from '../judges/metric-peaks.ts'
import { restStats } from '../installation/rest.ts'
import { writeCrowd, writeStrays } from '../load/one-time-chatters.ts'
import { underLoad, type Running } from '../harness/under-load.ts'
import { Watcher } from '../clients/watcher.ts'

const channels = ['clock_a', 'clock_b', 'clock_c']
const crowded = 'clock_crowd'
const strayChannels = 1_000_000
/** Ten times as many as a window counts one by one. */
const crowd = 200_000
/** How far an estimate may be off: see docs/limits.md. */
const maxError = 0.01
const skewedLines = 3000
const maxSkewMs = 25_000
/** Times that nobody believes, by what becomes of them. */
const unbelievable = {
  late: [0, 86_400_000],
  invalid_time: [Date.UTC(2100, 0, 1), 8_640_000_000_000_000],
}
const unbelievableEvery = 30
/** What docs/limits.md says of a processor that has all partitions, and of a gateway; and the memory that it may take. */
const maxBytes = 1.5 * 1024 ** 3
const bounds = {
  'memory of the processor': {
    process: 'processor',
    metric: 'process_resident_memory_bytes',
    most: maxBytes,
  },
  'memory of the gateway': { process: 'gateway', metric: 'process_resident_memory_bytes', most: maxBytes },
  'open channels': { process: 'processor', metric: 'processor_channels', most: 15_000 },
  'windows in the gateway': { process: 'gateway', metric: 'gateway_cached_windows', most: 20_000 },
}

function saySkewed({ installation, traffic }: Running, random: Random): void {
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
    traffic.say(
      login,
      privmsg(room, person(index % 50), { id: `skewed-${index}`, timestamp, text: 'about now' }),
    )
    if (index % unbelievableEvery !== 0) continue
    // Not among what is to be counted.
    for (const at of Object.values(unbelievable).flat()) {
      installation.twitch.say(
        login,
        privmsg(room, person(99), { id: `stray-${index}-${at}`, timestamp: at, text: 'not now' }),
      )
    }
  }
}

/** Tells which of the unbelievable lines did not arrive, or were believed. */
async function believed({ metric }: Installation): Promise<string[]> {
  const problems: string[] = []
  for (const [outcome, times] of Object.entries(unbelievable)) {
    const said = (times.length * skewedLines) / unbelievableEvery
    let counted = 0
    const isCounted = async () => {
      counted = await metric('processor', 'processor_events_total', { outcome })
      return counted >= said
    }
    await until(isCounted, 'unbelievable lines are counted').catch(() =>
      problems.push(`${counted} of ${said} unbelievable lines were taken as ${outcome}`),
    )
  }
  return problems
}

/** Sends a crowd into a channel of its own; gives how many chatters are then shown there. */
async function crowdCounted(installation: Installation, login: string): Promise<number> {
  const channel = { id: derivedRoomId(login), login }
  const nowMs = Date.now()
  await writeCrowd(installation, crowd, channel, nowMs)
  await inputCounted(installation, 120_000)
  const path = `/api/channels/${login}/stats?window_start=${windowStart(nowMs)}`
  const shown = await until(async () => {
    const response = await fetch(installation.url('gateway') + path)
    const read = channelStats.safeParse(await response.json())
    return read.success && read.data.message_count === crowd ? read.data : undefined
  }, `every message of ${login} is counted`)
  return shown.unique_chatters
}

export const clocks: Fault = {
  rows: [{ id: 12, name: 'clocks that jump, and a million channels that never come back' }],
  hasShortForm: false,
  run(context) {
    const load = { name: 'fault-12', channels, linesPerSecond: 100, env: withMovableClock() }
    return underLoad(context, load, async (running) => {
      const { installation, watcher } = running
      saySkewed(running, new Random(context.seed))
      await watcher.recovered(Date.now())
      const problems = await believed(installation)
      problems.push(...(await moveClocks(running)))
      context.say('clocks were moved')
      using peaks = new Peaks(installation, bounds)
      // Watched all the while, so that its table stays beside all that comes after it.
      using _visitor = new Watcher(installation.url('gateway'), [crowded])
      await until(() => isHeard(installation.twitch, crowded), `${crowded} is joined`)
      const chatters = await crowdCounted(installation, crowded)
      if (Math.abs(chatters - crowd) > crowd * maxError)
        problems.push(`${chatters} chatters are shown of ${crowd}`)
      context.say('a crowd was counted')
      await writeStrays(installation, strayChannels, context.say)
      const writtenAtMs = Date.now()
      await inputCounted(installation, 600_000)
      const recoveredInS = await watcher.recovered(writtenAtMs)
      problems.push(...peaks.exceeded)
      for (const login of channels) {
        const { window_start } = await restStats(installation, 'gateway', login)
        if (Math.abs(window_start - Date.now()) > 20 * 60_000)
          problems.push(`${login} is in the window of ${window_start}`)
      }
      const most = (name: keyof typeof bounds) => peaks.of(name).toLocaleString('en-US')
      return {
        times: strayChannels,
        recoveredInS,
        notes: [
          `processor at most ${mb(peaks.of('memory of the processor'))}, ${most('open channels')} channels open`,
          `gateway ${mb(peaks.of('memory of the gateway'))}, ${most('windows in the gateway')} windows`,
          `a crowd of ${crowd.toLocaleString('en-US')} counted as ${chatters.toLocaleString('en-US')}`,
        ],
        problems,
      }
    })
  },
}
