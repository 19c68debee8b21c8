import { formatChannelRef, mayBeChannelId, parseChannelRef } from '@chat-battle/contracts/channel-name'
import type { AddressText } from './address-messages.ts'
import { channelOfAddress, isAddress, isTwitchPage } from './twitch-address.ts'

export const maxChannels = 4

export type Typed =
  /** A channel's short form: a login, an id, or `@900` for the login 900. */
  | { channel: string }
  /** A sentence that says why there is no channel. */
  | { problem: string }

/** The channel that a person typed or pasted: a name, or an address at twitch.tv. */
export function readTyped(typed: string, text: AddressText): Typed {
  const trimmed = typed.trim()
  const pasted = isAddress(trimmed) ? channelOfAddress(trimmed, text) : { channel: trimmed }
  if ('problem' in pasted) return pasted
  const ref = parseChannelRef(pasted.channel)
  if (ref === undefined) return { problem: text.badName }
  if (isTwitchPage(ref.name)) return { problem: text.pageOfTwitch(`twitch.tv/${ref.name}`) }
  // Addresses of Twitch name channels by login only.
  const isLogin = ref.isLogin || (pasted.channel !== trimmed && mayBeChannelId(ref.name))
  return { channel: formatChannelRef({ ...ref, isLogin }) }
}

/** The channels that a person typed or pasted, apart by spaces or commas; each once. */
export function readTypedList(
  typed: string,
  text: AddressText,
): { channels: string[] } | { problem: string } {
  const channels = new Set<string>()
  for (const part of partsOf(typed)) {
    const read = readTyped(part, text)
    if ('problem' in read) return read
    channels.add(read.channel)
  }
  return { channels: [...channels] }
}

/** What stands apart by spaces or commas. Addresses may have commas. */
export function partsOf(typed: string): string[] {
  const words = typed.split(/\s+/)
  return words.flatMap((word) => (isAddress(word) ? word : word.split(','))).filter((part) => part !== '')
}
