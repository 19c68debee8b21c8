import type { EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import type { EmoteSet } from '@chat-battle/contracts/records/emote-set-assembly'
import { picturePath } from '@chat-battle/contracts/rest/picture-path'
import type { EmoteScope, ListedEmote } from '@chat-battle/contracts/rest/routes/list-emotes'

/** How often and when last an emote was used. */
export interface UsedEmote {
  readonly provider: EmoteProvider
  readonly id: string
  /** As it was written last. */
  readonly name: string
  readonly count: number
  /** Start of a window, epoch ms. */
  readonly lastUsed: number
}

export function usedEmoteKey({ provider, id }: Pick<UsedEmote, 'provider' | 'id'>): string {
  return `${provider}:${id}`
}

export interface EmoteListInput {
  /** By `usedEmoteKey`. */
  used: ReadonlyMap<string, UsedEmote>
  channelSets: readonly EmoteSet[]
  globalSets: readonly EmoteSet[]
  scopes: ReadonlySet<EmoteScope>
}

const scopeOrder: readonly EmoteScope[] = ['channel', 'global', 'seen']

/** Every emote of the sets, and every used one that is in none, once: the channel's set goes before the global one. */
export function emoteList({ used, channelSets, globalSets, scopes }: EmoteListInput): ListedEmote[] {
  const listed = new Map<string, ListedEmote>()
  const addSets = (sets: readonly EmoteSet[], scope: EmoteScope) => {
    for (const { head, emotes } of sets) {
      for (const emote of emotes) {
        const key = usedEmoteKey({ provider: head.provider, id: emote.id })
        if (!listed.has(key))
          listed.set(key, { ...entry(head.provider, emote, scope), ...usageOf(used.get(key)) })
      }
    }
  }
  addSets(channelSets, 'channel')
  addSets(globalSets, 'global')
  for (const [key, emote] of used) {
    if (!listed.has(key)) listed.set(key, { ...entry(emote.provider, emote, 'seen'), ...usageOf(emote) })
  }
  return [...listed.values()].filter(({ scope }) => scopes.has(scope)).sort(byScopeAndUse)
}

interface Described {
  readonly id: string
  readonly name: string
  readonly is_zero_width?: boolean
  readonly is_animated?: boolean
}

function entry(provider: EmoteProvider, emote: Described, scope: EmoteScope) {
  const { id, name, is_zero_width = false, is_animated = false } = emote
  return { provider, id, name, scope, is_zero_width, is_animated, url: picturePath(provider, id) }
}

function usageOf(used: UsedEmote | undefined) {
  return { count: used?.count ?? 0, last_used: used?.lastUsed ?? null }
}

function byScopeAndUse(a: ListedEmote, b: ListedEmote): number {
  return (
    scopeOrder.indexOf(a.scope) - scopeOrder.indexOf(b.scope) ||
    b.count - a.count ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  )
}
