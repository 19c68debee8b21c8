import type { EmoteSetHead, EmoteSetPart, SetEmote } from '@chat-battle/contracts/records/emote-set'

export function emoteFixture(given: Partial<SetEmote> & { id: string }): SetEmote {
  const files = { 1: '1x.webp', 2: '2x.webp', 4: '4x.webp' }
  const still_files = { 1: '1x_static.webp', 2: '2x_static.webp' }
  const folder = `emote/${given.id}`
  return { name: given.id, is_zero_width: false, is_animated: false, folder, files, still_files, ...given }
}

/** The records of a set with one part. */
export function setFixture(
  emotes: readonly SetEmote[],
  given: Partial<EmoteSetHead> = {},
): [part: EmoteSetPart, head: EmoteSetHead] {
  const content = emotes.map(({ id, name }) => `${id}-${name}`).join('.') || 'none'
  const head: EmoteSetHead = {
    type: 'head',
    channel_id: '7',
    provider: '7tv',
    content,
    fetched_at: 1000,
    parts: 1,
    emote_count: emotes.length,
    modifiers: [],
    bot_logins: [],
    bot_user_ids: [],
    ...given,
  }
  const { channel_id, provider } = head
  return [{ type: 'part', channel_id, provider, content, part: 0, emotes: [...emotes] }, head]
}
