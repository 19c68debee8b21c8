import { setTimeout as delay } from 'node:timers/promises'
import type { ChatMessage } from '@chat-battle/contracts/chat-event'
import { channelStats } from '@chat-battle/contracts/channel-stats'
import { chatMessagesTopic } from '@chat-battle/contracts/topics'
import { Random } from '@chat-battle/infra/twitch/random'
import { privmsg } from '@chat-battle/infra/twitch/irc-text'
import { derivedRoomId } from '@chat-battle/infra/twitch/protocol'
import { until } from '@chat-battle/infra/testing'
import { createProducer, prefixed } from '@chat-battle/service/kafka'
import type { Fault } from '../fault.ts'
import { mb } from '../footprint.ts'
import type { Installation } from '../installation.ts'
import { moveClocks, withMovableClock } from '../moving-clocks.ts'
import { underLoad, type Running } from '../under-load.ts'

const channels = ['clock_a', 'clock_b', 'clock_c']
const strayChannels = 1_000_000
const strayBatch = 2000
const skewedLines = 3000
const maxSkewMs = 25_000
const maxBytes = 1.5 * 1024 ** 3
const unbelievable = [0, 86_400_000, Date.UTC(2100, 0, 1), 8_640_000_000_000_000]

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
    if (index % 30 !== 0) continue
    // Not among what is to be counted.
    for (const at of unbelievable) {
      installation.twitch.say(
        login,
        privmsg(room, person(99), { id: `stray-${index}-${at}`, timestamp: at, text: 'not now' }),
      )
    }
  }
}

/** A message each, of people and in channels that were never heard of and never will be again. */
async function writeStrays({ kafka, settings }: Installation, say: (line: string) => void): Promise<void> {
  const producer = createProducer(kafka)
  await producer.connect()
  const topic = prefixed(settings, chatMessagesTopic.name)
  for (let first = 0; first < strayChannels; first += strayBatch) {
    const timestamp = Date.now()
    const messages = Array.from({ length: strayBatch }, (_, index) => {
      const id = String(5_000_000_000 + first + index)
      const event: ChatMessage = {
        type: 'message',
        channel_id: id,
        channel_login: `stray${id}`,
        message_id: `stray-${id}`,
        user_id: id,
        username: `user${id}`,
        display_name: 'Stray',
        message: 'hello and good bye',
        is_action: false,
        timestamp,
        emotes: [],
        badges: {},
        bits: 0,
        is_first: true,
        is_subscriber: false,
        reply_to: null,
        source_channel_id: null,
        source_message_id: null,
      }
      return { key: id, value: JSON.stringify(event) }
    })
    await producer.send({ topic, messages })
    if ((first + strayBatch) % 250_000 === 0) say(`${first + strayBatch} channels`)
  }
  await producer.disconnect()
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
      const problems = await moveClocks(running)
      context.say('clocks were moved')
      const most = { processor: 0, gateway: 0 }
      const sample = async () => {
        for (const name of ['processor', 'gateway'] as const)
          most[name] = Math.max(most[name], await installation.metric(name, 'process_resident_memory_bytes'))
      }
      const writing = writeStrays(installation, context.say)
      let isWritten = false
      void writing.then(() => (isWritten = true))
      while (!isWritten) {
        await sample()
        await delay(1000)
      }
      await writing
      const writtenAtMs = Date.now()
      await until(
        async () => {
          await sample()
          return (await installation.metric('processor', 'processor_events_total')) > strayChannels
        },
        'every channel is counted',
        600_000,
      )
      const recoveredInS = await watcher.recovered(writtenAtMs)
      for (const [name, bytes] of Object.entries(most))
        if (bytes > maxBytes) problems.push(`the ${name} took ${bytes} bytes`)
      for (const login of channels) {
        const response = await fetch(`${installation.url('gateway')}/api/channels/${login}/stats`)
        const { window_start } = channelStats.parse(await response.json())
        if (Math.abs(window_start - Date.now()) > 20 * 60_000)
          problems.push(`${login} is in the window of ${window_start}`)
      }
      const open = await installation.metric('processor', 'processor_channels')
      return {
        times: strayChannels,
        recoveredInS,
        notes: [
          `processor at most ${mb(most.processor)}, gateway ${mb(most.gateway)}; ${open.toLocaleString('en-US')} channels open`,
        ],
        problems,
      }
    })
  },
}
