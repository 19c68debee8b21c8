import type { EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import {
  emoteSetKey,
  setProviders,
  type EmoteSetHead,
  type EmoteSetRecord,
  type SetEmote,
} from '@chat-battle/contracts/records/emote-set'
import { EmoteSetAssembly, type EmoteSet } from '@chat-battle/contracts/records/emote-set-assembly'

/** Of all sets together, an emote of several sets counted several times. Beyond it, sets of channels that are not joined go first. */
const defaultMaxEmotes = 500_000

interface IndexedEmote {
  emote: SetEmote
  /** How many sets have it. */
  sets: number
}

/** The newest third-party emotes of each channel, and of all channels, from the records of `emote-sets`. */
export class EmoteSets {
  readonly #assembly: EmoteSetAssembly
  readonly #byId = new Map<string, IndexedEmote>()
  /** The emotes of each set as they are in `#byId`. */
  readonly #indexed = new Map<string, readonly SetEmote[]>()

  /** `isJoined`: channels whose sets are kept rather than those of others. */
  constructor(isJoined: (channelId: string) => boolean = () => false, maxEmotes = defaultMaxEmotes) {
    this.#assembly = new EmoteSetAssembly({
      keep: (emote) => emote,
      maxEmotes,
      isNeeded: ({ channel_id: id }) => id === null || isJoined(id),
    })
  }

  get emoteCount(): number {
    return this.#assembly.emoteCount
  }

  /** `appendedAtMs`: of the record, epoch ms. */
  apply(record: EmoteSetRecord, appendedAtMs: number): void {
    for (const key of this.#assembly.take(record, appendedAtMs)) this.#index(key)
  }

  /** Takes the key of a deleted record. */
  forget(recordKey: string): void {
    for (const key of this.#assembly.forget(recordKey)) this.#index(key)
  }

  /** An emote of any channel. */
  find(provider: EmoteProvider, id: string): SetEmote | undefined {
    return this.#byId.get(emoteKey(provider, id))?.emote
  }

  /** The sets of a channel, or those of every channel (null), one per provider. */
  ofChannel(channelId: string | null): EmoteSet[] {
    return setProviders.flatMap(
      (provider) => this.#assembly.sets.get(emoteSetKey({ channel_id: channelId, provider })) ?? [],
    )
  }

  /** The head of every channel's and provider's set. */
  heads(): Iterable<EmoteSetHead> {
    return this.#assembly.heads()
  }

  #index(setKey: string): void {
    const set = this.#assembly.sets.get(setKey)
    const known = this.#indexed.get(setKey) ?? []
    // A refresh without a change.
    if (set?.emotes === known) return
    const provider = setKey.slice(setKey.indexOf(':') + 1)
    // First the new emotes: one that stays is always known.
    for (const emote of set?.emotes ?? []) {
      const key = emoteKey(provider, emote.id)
      this.#byId.set(key, { emote, sets: (this.#byId.get(key)?.sets ?? 0) + 1 })
    }
    for (const { id } of known) {
      const key = emoteKey(provider, id)
      const indexed = this.#byId.get(key)
      if (indexed === undefined || indexed.sets === 1) this.#byId.delete(key)
      else indexed.sets--
    }
    if (set === undefined) this.#indexed.delete(setKey)
    else this.#indexed.set(setKey, set.emotes)
  }
}

function emoteKey(provider: string, id: string): string {
  return `${provider}:${id}`
}
