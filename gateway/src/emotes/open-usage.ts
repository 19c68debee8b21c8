import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import { usedEmoteKey, type UsedEmote } from './emote-list.ts'

/** How many emotes a frame lists. */
const frameLength = 10

interface Usage {
  readonly used: ReadonlyMap<string, UsedEmote>
  readonly maxMissed: number
}

/** Adds windows that the archive does not have yet: of them the ten most used emotes are known. */
export function withFrames(usage: Usage, frames: Iterable<ChannelStats>): Usage {
  const used = new Map(usage.used)
  let { maxMissed } = usage
  for (const { top_emotes, window_start } of frames) {
    for (const { id, name, count, provider } of top_emotes) {
      const key = usedEmoteKey({ provider, id })
      const known = used.get(key)
      const lastUsed = Math.max(window_start, known?.lastUsed ?? 0)
      used.set(key, { provider, id, name, count: count + (known?.count ?? 0), lastUsed })
    }
    if (top_emotes.length >= frameLength) maxMissed += top_emotes.at(-1)?.count ?? 0
  }
  return { used, maxMissed }
}
