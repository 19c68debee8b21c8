import { createHash } from 'node:crypto'
import {
  maxPartBytes,
  type EmoteSetHead,
  type EmoteSetPart,
  type SetEmote,
  type SetOwner,
} from '@chat-battle/contracts/records/emote-set'
import type { ProviderSet } from '../providers/answer.ts'

/** The records of a set that was fetched at `fetchedAtMs`, epoch ms. */
export function setRecords(
  owner: SetOwner,
  { emotes, modifiers, bot_logins, bot_user_ids }: ProviderSet,
  fetchedAtMs: number,
): { head: EmoteSetHead; parts: EmoteSetPart[] } {
  const content = createHash('sha256').update(JSON.stringify(emotes)).digest('hex').slice(0, 16)
  const parts = divide(emotes).map((emotesOfPart, part) => ({
    type: 'part' as const,
    ...owner,
    content,
    part,
    emotes: emotesOfPart,
  }))
  const head: EmoteSetHead = {
    type: 'head',
    ...owner,
    content,
    fetched_at: fetchedAtMs,
    parts: parts.length,
    emote_count: emotes.length,
    modifiers,
    bot_logins,
    bot_user_ids,
  }
  return { head, parts }
}

function divide(emotes: readonly SetEmote[]): SetEmote[][] {
  const parts: SetEmote[][] = []
  let part: SetEmote[] = []
  let bytes = 0
  for (const emote of emotes) {
    const size = Buffer.byteLength(JSON.stringify(emote)) + 1
    if (bytes + size > maxPartBytes) {
      parts.push(part)
      part = []
      bytes = 0
    }
    part.push(emote)
    bytes += size
  }
  return part.length === 0 ? parts : [...parts, part]
}
