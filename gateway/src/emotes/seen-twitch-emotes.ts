import { Recent } from '../collections/recent.ts'

/** The ids that Twitch gives emotes: https://dev.twitch.tv/docs/chat/irc/ */
export const twitchEmoteId = /^([0-9]{1,20}|emotesv2_[0-9a-f]{32})$/
const defaultMaxIds = 100_000

/**
 * Ids of Twitch's own emotes, for which there is no list: those that records or replies of this gateway had. A bound keeps the
 * ones that were seen last.
 */
export class SeenTwitchEmotes {
  readonly #ids: Recent<true>

  constructor(maxIds = defaultMaxIds) {
    this.#ids = new Recent(maxIds)
  }

  /** Takes emotes of any provider. */
  see(emotes: Iterable<{ readonly id: string; readonly provider?: string | undefined }>): void {
    for (const { id, provider = 'twitch' } of emotes) {
      if (provider === 'twitch' && twitchEmoteId.test(id)) this.#ids.set(id, true)
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }
}
