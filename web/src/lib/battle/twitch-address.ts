import type { AddressText } from './address-messages.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Subdomains of twitch.tv whose paths name channels, besides languages. The empty one is twitch.tv itself. */
const channelHosts: ReadonlySet<string> = new Set(['', ...words('www m go secure player embed dashboard')])
/** `de`, `es-es`, `zh-tw`. */
const language = /^[a-z]{2}(-[a-z]{2})?$/
/** Subdomains that look like a language. */
const otherHosts = words('id')
/** Parts of a path that stand before the channel: `/popout/moderator/NAME/chat`. */
const prefixes = words('popout moderator embed dashboard')
/** The same, but a channel of this name is possible where nothing follows: `/u/NAME`, `/chat/embed?channel=NAME`. */
const prefixesOfMore = words('u chat subs products')
/** First parts of a path that are pages of Twitch, so that no channel can be watched there. */
const pages = words(
  'activate bits broadcast clip collections communities creatorcamp directory downloads drops event events following ' +
    'friends inventory jobs legal login logout messages oauth2 p prime privacy redeem search settings signup store ' +
    'subscriptions team turbo user video videos wallet',
)
/** Names that are refused also where they are typed alone. */
const pageNames: ReadonlySet<string> = new Set([
  ...prefixes,
  ...words('directory downloads inventory search settings subscriptions videos wallet'),
])

export type Address =
  /** The part that names the channel, as it stands in the address; not checked. */
  | { channel: string }
  /** Why no channel is named, as a sentence for the person who pasted it. */
  | { problem: string }

/** Whether a typed text is meant as an address rather than as a name. */
export function isAddress(typed: string): boolean {
  return /[/?.]/.test(typed)
}

/** Whether a name is that of a page of Twitch: no channel is watched at `twitch.tv/videos`. */
export function isTwitchPage(name: string): boolean {
  return pageNames.has(name)
}

/** Reads the channel of an address at twitch.tv, with or without `https://` and host. */
export function channelOfAddress(typed: string, text: AddressText): Address {
  const url = parseUrl(typed)
  if (url === undefined) return { problem: text.noNameNorAddress }
  const host = url.hostname.replace(/\.$/, '')
  if (host !== 'twitch.tv' && !host.endsWith('.twitch.tv')) return { problem: text.otherSite(host) }
  const subdomain = host.slice(0, -'twitch.tv'.length).replace(/\.$/, '')
  if (subdomain === 'clips') return { problem: text.clip }
  if (otherHosts.has(subdomain) || !(channelHosts.has(subdomain) || language.test(subdomain)))
    return { problem: text.noChannels(host) }
  return channelOfPath(url, host, text)
}

function channelOfPath({ pathname, searchParams }: URL, host: string, text: AddressText): Address {
  const parts = pathname.split('/').filter((part) => part !== '')
  const channelAt = parts.findIndex((part, index) => !isPrefix(part.toLowerCase(), index < parts.length - 1))
  const part = parts[channelAt]
  // Players and embedded chats name the channel in the query alone.
  const queried = searchParams.get('channel')
  if (queried !== null && queried !== '' && (part === undefined || channelAt > 0)) return { channel: queried }
  if (part === undefined) return { problem: text.namesNoChannel([host, ...parts].join('/')) }
  if (pages.has(part.toLowerCase()))
    return { problem: text.pageOfTwitch(`${host}/${parts.slice(0, channelAt + 1).join('/')}`) }
  return { channel: decoded(part) }
}

function isPrefix(part: string, isFollowed: boolean): boolean {
  return prefixes.has(part) || (isFollowed && prefixesOfMore.has(part))
}

function parseUrl(typed: string): URL | undefined {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed)
    ? typed
    : /^\/*[^/?#]*\.[^/?#]*(?:[/?#]|$)/.test(typed)
      ? `https://${typed.replace(/^\/+/, '')}`
      : // As it stands behind `twitch.tv/`, which the page shows before its field.
        `https://www.twitch.tv/${typed.replace(/^\/+/, '')}`
  return URL.canParse(address) ? new URL(address) : undefined
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
