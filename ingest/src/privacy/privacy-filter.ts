import { anonymise, type OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChatEvent, ChatMessage } from '@chat-battle/contracts/records/chat-event'

/** Some clients append these to a message that repeats the one before. */
const invisible = /[\u{E0000}-\u{E007F}\u200B-\u200D\uFEFF]/gu

export interface PrivacyFilterParts {
  optOuts: OptedOut
  /** The word by which people opt out; undefined: there is none. */
  command: string | undefined
  /** A person, whose message proves who they are, opts out. */
  onRequest: (message: ChatMessage) => void
}

/** Takes people who opted out from events before these are stored. */
export class PrivacyFilter {
  readonly #parts: PrivacyFilterParts

  constructor(parts: PrivacyFilterParts) {
    this.#parts = parts
  }

  /** The event as it may be stored. Undefined: it is a request to opt out, and is not stored. */
  apply(event: ChatEvent): ChatEvent | undefined {
    const { optOuts, onRequest } = this.#parts
    if (event.type === 'message' && this.#isRequest(event.message)) {
      if (optOuts.anonymousId(event.user_id) === undefined) onRequest(event)
      return undefined
    }
    return anonymise(event, optOuts)
  }

  #isRequest(text: string): boolean {
    const { command } = this.#parts
    // Before the costlier comparison: nearly no message is a request.
    if (command === undefined || text.length > 2 * command.length + 8) return false
    return text.replace(invisible, '').trim().toLowerCase() === command.toLowerCase()
  }
}
