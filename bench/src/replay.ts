import { setTimeout as delay } from 'node:timers/promises'
import { io } from 'socket.io-client'
import type { ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import { windowMs, windowStart } from '@chat-battle/contracts/window'
import { startArchiveFixture } from '@chat-battle/gateway/archive.fixture'
import { startLive } from '@chat-battle/gateway/live.fixture'
import { searchMessages } from '@chat-battle/gateway/search'
import { positiveNumber, runCommand } from '@chat-battle/runtime/process/command-line'
import { message, tick } from '@chat-battle/statistics/chat-events.fixture'
import { provideCassandra } from './data-folder.ts'
import { quantile } from './quantile.ts'

const usage = `Measures how long the start of a replay, a jump within its window and a search take.

  pnpm bench:replay [--messages 10000] [--windows 6] [--rounds 20]

--messages: per window of the channel. With CASSANDRA_CONTACT_POINTS it uses that node, else it starts one.`

const channelId = '1001'
const words = ['hello', 'there', 'Kappa', 'good', 'game', 'what', 'a', 'play', 'gg', 'wow']
const pick = (number: number) => words[(number * 7) % words.length] ?? ''

/** A window of chat: `count` messages of 5,000 people, one in 500 with the word that is searched for, and the ticks. */
function* chat(start: number, count: number): Generator<ChannelEvent> {
  for (let number = 0; number < count; number++) {
    const timestamp = start + Math.floor((number * windowMs) / count)
    const text = [number, number + 3, number + 5].map(pick).join(' ')
    yield message(timestamp, {
      channel_id: channelId,
      message_id: `${start}-${number}`,
      user_id: String(number % 5000),
      username: `person${number % 5000}`,
      message: number % 500 === 0 ? `${text} needle` : text,
      badges: { subscriber: '12' },
    })
  }
  for (let timestamp = start + 5000; timestamp <= start + windowMs; timestamp += 5000)
    yield tick(timestamp, timestamp - 5000)
}

const pauseMs = 1500

interface Cost {
  readonly ms: number
  /** Processor time of this process, with the gateway and its client, and without Cassandra. */
  readonly cpuMs: number
}

async function measured(work: () => Promise<unknown>): Promise<Cost> {
  const [beganMs, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { ms: performance.now() - beganMs, cpuMs: (user + system) / 1000 }
}

function print(what: string, costs: readonly Cost[]): void {
  const times = costs.map(({ ms }) => ms)
  const [middle, high] = [quantile(times, 0.5), quantile(times, 0.95)].map(Math.round)
  const cpu = Math.round(
    quantile(
      costs.map(({ cpuMs }) => cpuMs),
      0.5,
    ),
  )
  console.log(`${what}: median ${middle} ms, p95 ${high} ms, CPU ${cpu} ms, of ${times.length}`)
}

async function measure(messages: number, windows: number, rounds: number): Promise<void> {
  await using stack = new AsyncDisposableStack()
  await provideCassandra(stack)
  const { archive, write } = stack.use(await startArchiveFixture())
  const to = windowStart(Date.now()) - windowMs
  const from = to - windows * windowMs
  let offset = 0
  for (let start = from; start < to; start += windowMs) {
    const events = [...chat(start, messages)].map((event) => {
      const appendedAtMs = (event.timestamp ?? start) + 100
      return { event, offset: offset++, appendedAtMs }
    })
    await write(events)
  }
  console.log(`${windows} windows with ${messages} messages each are archived`)
  const gateway = await startLive(1000, { archive })
  stack.defer(() => gateway.live.close())
  const socket = io(gateway.url, { transports: ['websocket'], forceNew: true })
  stack.defer(() => void socket.disconnect())
  const starts: Cost[] = []
  const jumps: Cost[] = []
  const window = from + (windows - 2) * windowMs
  for (let round = 0; round < rounds; round++) {
    let id = ''
    starts.push(
      await measured(async () => {
        const request = { channels: [channelId], from: window + windowMs - 1000, to: to - 1 }
        const ack = (await socket.emitWithAck('replay', request)) as { ok: boolean; replay_id: string }
        if (!ack.ok) throw new Error(JSON.stringify(ack))
        id = ack.replay_id
      }),
    )
    await socket.emitWithAck('replay_control', { replay_id: id, action: 'stop' })
    const whole = { channels: [channelId], from: window, to: to - 1 }
    const { replay_id } = (await socket.emitWithAck('replay', whole)) as { replay_id: string }
    const at = window + windowMs - 1 - round
    jumps.push(await measured(() => socket.emitWithAck('replay_control', { replay_id, action: 'seek', at })))
    await socket.emitWithAck('replay_control', { replay_id, action: 'stop' })
    // The gateway limits the requests of a socket.
    await delay(pauseMs)
  }
  print(`start at the end of a window of ${messages} messages`, starts)
  print(`jump to the end of a window of ${messages} messages`, jumps)
  const searches: Cost[] = []
  for (let round = 0; round < rounds; round++)
    searches.push(await measured(() => searchMessages(archive, { channelId, from, to, words: 'needle' })))
  print(`search of one word in ${windows * messages} messages`, searches)
}

await runCommand(
  {
    usage,
    options: {
      messages: { type: 'string', default: '10000' },
      windows: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '20' },
    },
  },
  async ({ values }) => {
    const read = (name: keyof typeof values) => positiveNumber(name, values[name])
    await measure(read('messages'), Math.max(2, read('windows')), read('rounds'))
    return 0
  },
)
