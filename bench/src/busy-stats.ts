import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { emptyStats } from '@chat-battle/contracts/records/empty-stats'
import { windowMs, windowStart } from '@chat-battle/contracts/window'

const firstChannelId = 100_000
const start = windowStart(Date.now())

export function loginOf(channel: number): string {
  return `bench${channel}`
}

/** A frame of a busy channel, of the size that frames have in production: 1.9 kB as JSON. */
export function busyStats(channel: number, revision: number): ChannelStats {
  return {
    ...emptyStats(String(firstChannelId + channel), loginOf(channel), start, [
      { from: start, to: start + windowMs / 2 },
    ]),
    revision,
    message_count: revision,
    unique_chatters: 431,
    subscriber_messages: 977,
    top_emotes: ranks((rank) => ({
      id: `${425_618 + rank}`,
      name: `benchEmote${rank}`,
      count: 900 - rank,
      provider: 'twitch' as const,
    })),
    top_chatters: ranks((rank) => ({
      user_id: `${12_345_670 + rank}`,
      username: `some_chatter_${rank}`,
      count: 90 - rank,
      bot: false,
    })),
    notices: { sub: 12, resub: 31, raid: 1 },
    first_message_at: start,
    last_message_at: start + windowMs / 2,
  }
}

function ranks<T>(entry: (rank: number) => T): T[] {
  return Array.from({ length: 10 }, (_, rank) => entry(rank))
}
