import type { ModerationList } from '@chat-battle/contracts/rest/routes/list-moderation'
import { Part } from './part.svelte.ts'
import type { RoomCalls } from './room-calls.ts'

/** A quiet channel costs the archive a read per window. */
const everyMs = 30_000
/** Until a channel is known. */
const waitingMs = 500

export interface ModerationLogOptions {
  call: RoomCalls['moderation']
  /** The channel that is shown until another one is chosen; undefined: none is monitored. */
  firstChannel: () => string | undefined
  onUnauthorized: () => void
}

/** The moderation of one channel, page by page. The newest page is read again and again. */
export class ModerationLog {
  /** Undefined: there is no channel. */
  readonly part: Part<ModerationList | undefined>
  #chosen = $state<string>()
  /** Of the page that is shown; undefined: the newest. */
  #cursor = $state<string>()
  readonly #options: ModerationLogOptions

  constructor(options: ModerationLogOptions) {
    this.#options = options
    const { onUnauthorized } = options
    this.part = new Part({
      fetch: () => this.#fetch(),
      everyMs: (list) => (list === undefined ? waitingMs : everyMs),
      onUnauthorized,
    })
  }

  get channel(): string | undefined {
    return this.#chosen ?? this.#options.firstChannel()
  }

  get isNewest(): boolean {
    return this.#cursor === undefined
  }

  async choose(channel: string): Promise<void> {
    this.#chosen = channel
    await this.show(undefined)
  }

  /** Shows the page at a cursor, or the newest one. */
  async show(cursor: string | undefined): Promise<void> {
    this.#cursor = cursor
    await this.part.read()
  }

  async #fetch(): Promise<ModerationList | undefined> {
    const { channel } = this
    return channel === undefined ? undefined : this.#options.call(channel, this.#cursor)
  }
}
