import type { ChatEvent, ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { message, tick } from '@chat-battle/statistics/chat-events.fixture'
import { Random } from '@chat-battle/twitch-stub/random'
import type { RecordedLine } from '@chat-battle/twitch-stub/replay'
import { median } from '../quantile.ts'
import { scatterBursts, type Burst, type JudgedChat, type Stretch } from './burst.ts'

const tickEveryMs = 5000
/** Before this no burst begins. */
const warmUpMs = 5 * 60_000
const burstForMs = 20_000
const hourMs = 3_600_000
/** A burst is this many times as fast as the two minutes around it. */
const aroundMs = 60_000
/** Fewer messages in 20 s are no burst. */
const minNatural = 6

/** The messages of each channel of a recording that is long enough, by its name. */
export function messagesOf(recorded: readonly RecordedLine[]): Map<string, ChatMessage[]> {
  const byChannel = new Map<string, ChatMessage[]>()
  for (const { channel, line } of recorded) {
    const read = readMessage(line)
    if (read !== undefined) byChannel.set(channel, [...(byChannel.get(channel) ?? []), read])
  }
  for (const [channel, messages] of byChannel) {
    messages.sort((a, b) => a.timestamp - b.timestamp)
    const lengthMs = (messages.at(-1)?.timestamp ?? 0) - (messages[0]?.timestamp ?? 0)
    if (lengthMs < 2 * warmUpMs) byChannel.delete(channel)
  }
  return byChannel
}

/** What a detector needs of a line of chat; undefined for any other line. */
function readMessage(line: string): ChatMessage | undefined {
  const text = / PRIVMSG #\S+ :(.*)$/.exec(line)?.[1]
  const tag = (name: string) => new RegExp(`[@;]${name}=([^; ]*)`).exec(line)?.[1] ?? ''
  const sentAt = Number(tag('tmi-sent-ts'))
  if (text === undefined || !(sentAt > 0)) return undefined
  const username = / :([^!]+)!/.exec(line)?.[1] ?? ''
  return message(sentAt, { message_id: tag('id'), user_id: tag('user-id'), username, message: text })
}

/** Where 20 s of recorded chat have more than twice as many messages as is usual, with a minute before and after. */
function naturalBursts(messages: readonly ChatMessage[]): Stretch[] {
  const [fromMs] = boundsOf(messages)
  const counts = new Map<number, number>()
  for (const { timestamp } of messages) {
    const step = Math.floor((timestamp - fromMs) / burstForMs)
    counts.set(step, (counts.get(step) ?? 0) + 1)
  }
  const usual = median([...counts.values()])
  return Array.from(counts, ([step, count]) => ({ startMs: fromMs + step * burstForMs, count }))
    .filter(({ count }) => count >= minNatural && count > 2 * usual)
    .map(({ startMs }) => ({ startMs: startMs - aroundMs, endMs: startMs + burstForMs + aroundMs }))
}

/** Recorded chat without bursts of ours. */
export function plain(messages: readonly ChatMessage[]): JudgedChat {
  return chatOf(messages, [], [])
}

/** Recorded chat into which bursts are spliced, of its own people and texts from elsewhere in it. */
export function splice(messages: readonly ChatMessage[], factor: number, seed: number): JudgedChat {
  const random = new Random(seed)
  const [fromMs, toMs] = boundsOf(messages)
  const bursts = scatterBursts({
    startMs: fromMs + warmUpMs,
    endMs: toMs,
    count: Math.floor((toMs - fromMs - warmUpMs) / (8 * 60_000)),
    forMs: burstForMs,
    factor,
    next: () => random.next(),
    taken: naturalBursts(messages),
  })
  const people = [...new Set(messages.map(({ user_id }) => user_id))]
  const added = bursts.flatMap(({ startMs }, burst) => {
    const around = messages.filter(({ timestamp }) => Math.abs(timestamp - startMs) < aroundMs).length
    const count = Math.round(((factor - 1) * around * burstForMs) / (2 * aroundMs))
    return Array.from({ length: count }, (_, index) =>
      message(startMs + Math.floor(random.next() * burstForMs), {
        message_id: `spliced-${burst}-${index}`,
        user_id: random.pick(people),
        message: random.pick(messages).message,
      }),
    )
  })
  return chatOf([...messages, ...added], bursts, messages)
}

function chatOf(
  messages: readonly ChatMessage[],
  bursts: readonly Burst[],
  bounds: readonly ChatMessage[],
): JudgedChat {
  const [fromMs, toMs] = boundsOf(bounds.length > 0 ? bounds : messages)
  const ticks: ChatEvent[] = []
  for (let at = fromMs; at < toMs; at += tickEveryMs) ticks.push(tick(at, at - tickEveryMs))
  const events = [...messages, ...ticks].sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
  const natural = naturalBursts(bounds.length > 0 ? bounds : messages)
  return { bursts, natural, hours: (toMs - fromMs) / hourMs, events: () => events }
}

function boundsOf(messages: readonly ChatMessage[]): [fromMs: number, toMs: number] {
  return [messages[0]?.timestamp ?? 0, messages.at(-1)?.timestamp ?? 0]
}
