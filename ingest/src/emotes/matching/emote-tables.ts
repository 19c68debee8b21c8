import type { EmoteSet } from '@chat-battle/contracts/records/emote-set-assembly'
import { emoteSetKey, type SetProvider } from '@chat-battle/contracts/records/emote-set'
import type { EmotesByName, NamedEmote } from './match-emotes.ts'

export type KnownSets = ReadonlyMap<string, EmoteSet<NamedEmote>>

/** A channel's emotes and bots at all providers, or those of every channel. */
export interface ChannelTable {
  readonly emotes: EmotesByName
  readonly botLogins: ReadonlySet<string>
  readonly botUserIds: ReadonlySet<string>
}

/** Of equal names the last provider's counts: FrankerFaceZ before BetterTTV before 7TV, as Chatterino has it. */
const lastCounts: readonly SetProvider[] = ['7tv', 'bttv', 'ffz']
/** Tables are made when they are needed first; of more channels the oldest is made again. */
const maxTables = 5000

/** The tables that messages are matched by, one per channel, made of its sets. */
export class EmoteTables {
  readonly #sets: KnownSets
  readonly #tables = new Map<string, ChannelTable>()

  constructor(sets: KnownSets) {
    this.#sets = sets
  }

  /** Null: what every channel has. */
  of(channelId: string | null): ChannelTable {
    const name = channelId ?? 'global'
    const known = this.#tables.get(name)
    if (known !== undefined) return known
    const [oldest] = this.#tables.keys()
    if (this.#tables.size >= maxTables && oldest !== undefined) this.#tables.delete(oldest)
    const made = this.#make(channelId)
    this.#tables.set(name, made)
    return made
  }

  /** A set of the channel changed. */
  onChanged(channelId: string | null): void {
    this.#tables.delete(channelId ?? 'global')
  }

  #make(channelId: string | null): ChannelTable {
    const emotes = new Map<string, NamedEmote | null>()
    const botLogins = new Set<string>()
    const botUserIds = new Set<string>()
    for (const provider of lastCounts) {
      const set = this.#sets.get(emoteSetKey({ channel_id: channelId, provider }))
      for (const emote of set?.emotes ?? []) emotes.set(emote.name, emote)
      for (const name of set?.head.modifiers ?? []) emotes.set(name, null)
      for (const login of set?.head.bot_logins ?? []) botLogins.add(login)
      for (const id of set?.head.bot_user_ids ?? []) botUserIds.add(id)
    }
    return { emotes, botLogins, botUserIds }
  }
}
