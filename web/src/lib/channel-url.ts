import { parseChannelName } from '@chat-battle/contracts/channel-name'

export const maxChannels = 4

/** The channel that a person typed or pasted: a name, or an address at twitch.tv. Undefined where it is none. */
export function parseTyped(typed: string): string | undefined {
  const pasted = /^(?:https?:\/\/)?(?:www\.|m\.)?twitch\.tv\/([^/?#]+)/i.exec(typed.trim())
  return parseChannelName(pasted?.[1] ?? typed)
}

/** The channels of a page's address: valid ones, each once, at most four. */
export function channelsOf(search: Pick<URLSearchParams, 'get'>): string[] {
  const names = (search.get('channels') ?? '').split(',').flatMap((name) => parseChannelName(name) ?? [])
  return [...new Set(names)].slice(0, maxChannels)
}

export function addressOf(channels: readonly string[]): string {
  return channels.length === 0 ? '/' : `/?channels=${channels.join(',')}`
}
