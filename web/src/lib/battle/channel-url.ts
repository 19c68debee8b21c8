import { formatChannelRef, mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'
import { channelOfAddress, isAddress, isTwitchPage } from './twitch-address.ts'

export const maxChannels = 4

export type Typed =
  /** A channel's short form: a login, an id, or `@900` for the login 900. */
  | { channel: string }
  /** A sentence that says why there is no channel. */
  | { problem: string }

/** The channel that a person typed or pasted: a name, or an address at twitch.tv. */
export function readTyped(typed: string): Typed {
  const text = typed.trim()
  const pasted = isAddress(text) ? channelOfAddress(text) : { channel: text }
  if ('problem' in pasted) return pasted
  const ref = parseChannelRef(pasted.channel)
  if (ref === undefined) return { problem: 'A channel name has 1 to 25 letters, digits or underscores.' }
  if (isTwitchPage(ref.name)) return { problem: `twitch.tv/${ref.name} is a page of Twitch, not a channel.` }
  // Addresses of Twitch name channels by login only.
  const isLogin = ref.isLogin || (pasted.channel !== text && mayBeChannelId(ref.name))
  return { channel: formatChannelRef({ ...ref, isLogin }) }
}

export interface PageAddress {
  /** Each once, at most four. */
  channels: string[]
  /** Sentences about the rest of the address. */
  problems: string[]
}

/** Reads the channels of the page's own address, and reports what cannot be shown. */
export function readAddress(search: Pick<URLSearchParams, 'getAll' | 'has'>): PageAddress {
  const lists = search.getAll('channels')
  const names = lists.flatMap((list) => list.split(',')).filter((name) => name.trim() !== '')
  const problems =
    lists.length > 1 ? ['The address names “channels” more than once; all of them are read.'] : []
  if (search.has('channel'))
    problems.push('“channel=” in the address is not read. Channels are named by “channels=”.')
  const channels: string[] = []
  const beyond: string[] = []
  for (const name of names) {
    const typed = readTyped(name)
    if ('problem' in typed)
      problems.push(`“${shortened(name)}” in the address is not shown. ${typed.problem}`)
    else if (channels.includes(typed.channel)) continue
    else if (channels.length < maxChannels) channels.push(typed.channel)
    else if (!beyond.includes(typed.channel)) beyond.push(typed.channel)
  }
  if (beyond.length > 0) problems.push(`Four channels fit. Not shown: ${shortened(beyond.join(', '), 120)}.`)
  return { channels, problems: [...new Set(problems)] }
}

/** The page's address for some channels, in their short forms. */
export function addressOf(channels: readonly string[]): string {
  return channels.length === 0 ? '/' : `/?channels=${channels.join(',')}`
}

function shortened(text: string, most = 40): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}
