import type { ChannelEvent } from '@chat-battle/contracts/records/chat-event'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { windowMs } from '@chat-battle/contracts/window'
import { PartitionState } from '@chat-battle/statistics/partition'
import { live, message, moderation, notice, tick } from '@chat-battle/statistics/chat-events.fixture'
import type { AppendedEvent } from '../archive/archive.fixture.ts'

/** Bans and timeouts are of `u0` to below this. */
export const bannedPeople = 10

const names = ['LUL', 'Kappa', 'catJAM']

/** A generator of numbers from 0 to below 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * The input of a partition with two channels, `1001` and `1002`, over `windows` windows: messages, moderation, notices, viewers and
 * ticks with holes, in odd orders: late, repeated later and with other content, and with times that are not believed. `aheadMs`: how
 * far the events' times are ahead of the broker's clock. `repeatedWithin`: how many records later an event is repeated at most.
 */
export function busyChat(
  seed: number,
  from: number,
  windows: number,
  { aheadMs = 0, repeatedWithin = 1500, hasWrongTimes = true } = {},
): AppendedEvent[] {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const events: AppendedEvent[] = []
  const append = (event: ChannelEvent, appendedAtMs: number) =>
    events.push({ event, offset: events.length * 3, appendedAtMs })
  const coveredTo = [from, from]
  for (let atMs = from; atMs < from + windows * windowMs; atMs += 300 + below(1500)) {
    const index = below(2)
    const inChannel = { channel_id: `100${index + 1}`, channel_login: index === 0 ? 'arena' : 'other' }
    const sentMs = atMs + aheadMs - below(400)
    const oddMs =
      [0, 0, 0, -30_000, -90_000, -700_000, -1_300_000, 120_000][
        below(random() < 0.1 ? (hasWrongTimes ? 8 : 7) : 1)
      ] ?? 0
    const person = below(40)
    const isPerson = personOf(person)
    const earlier = events[Math.max(0, events.length - 1 - below(repeatedWithin))]
    const kind = below(100)
    if (kind < 5 && earlier !== undefined) append(changed(earlier.event), atMs)
    else if (kind < 7)
      append(moderation(sentMs + oddMs, { ...inChannel, target_user_id: `u${person % bannedPeople}` }), atMs)
    else if (kind < 11 && earlier?.event.type === 'message') {
      const { message_id: target_message_id } = earlier.event
      const target = { action: 'delete_message', target_message_id, target_user_id: null } as const
      append(moderation(sentMs, { ...inChannel, ...target }), atMs)
    } else if (kind === 11 && random() < 0.2)
      append(moderation(sentMs, { ...inChannel, action: 'clear_chat', target_user_id: null }), atMs)
    else if (kind < 14) append(notice(sentMs + oddMs, ['resub', 'raid'][below(2)] ?? '', inChannel), atMs)
    else if (kind < 16) append(live(sentMs, 100 + below(50), inChannel), atMs)
    else if (kind < 30) {
      const hole = random() < 0.1 ? 20_000 : 0
      const from = Math.min((coveredTo[index] ?? 0) + hole, sentMs)
      const time = random() < 0.05 ? { timestamp: null } : {}
      append({ ...tick(sentMs, from), ...inChannel, ...time }, atMs)
      coveredTo[index] = sentMs
    } else {
      const emote = names[below(names.length)] ?? ''
      append(
        message(sentMs + oddMs, {
          ...inChannel,
          ...isPerson,
          emotes: random() < 0.5 ? [{ id: emote, name: emote, start: 0, end: 4, provider: 'twitch' }] : [],
          bits: random() < 0.05 ? 100 : 0,
          is_first: random() < 0.05,
          is_subscriber: random() < 0.3,
          is_bot: random() < 0.05,
          mood: ([-1, 0, 1, null] as const)[below(4)] ?? null,
          source_channel_id: random() < 0.05 ? '77' : null,
          reply_to: random() < 0.1 ? replyTo(below(40)) : null,
        }),
        atMs,
      )
    }
  }
  return events
}

/** The last one has opted out. */
function personOf(number: number) {
  const isAnonymous = number === 39
  return {
    user_id: isAnonymous ? `anon-${number}` : `u${number}`,
    username: isAnonymous ? '' : `person${number}`,
    is_anonymous: isAnonymous,
  }
}

function replyTo(number: number) {
  const { user_id, username } = personOf(number)
  return { message_id: 'm', user_id, username, is_bot: number % 7 === 0 }
}

/** A repeated message has other content where another ingest resolved it. */
function changed(event: ChannelEvent): ChannelEvent {
  return event.type === 'message' ? { ...event, emotes: [], bits: event.bits + 1, mood: null } : event
}

/** The final frames that the processor writes for an input, by channel and start. */
export function finalsOf(events: readonly AppendedEvent[]): Map<string, ChannelStats> {
  const state = new PartitionState()
  for (const { event, offset, appendedAtMs } of events) state.apply(event, BigInt(offset), appendedAtMs)
  return new Map(state.takeFinals().map((frame) => [`${frame.channel_id} ${frame.window_start}`, frame]))
}
