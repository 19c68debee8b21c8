import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { ChatLog, type Position, type Update } from '../chat/chat-log.ts'
import { EncodedEvent } from './encoded-event.ts'
import type { DueEvents } from './outbox.ts'

/** A channel's messages leave at most this often. */
const batchIntervalMs = 100

/** A socket's subscription to a channel's messages. `take` returns what it does not have, and moves it to the end. */
export class ChatViewer implements DueEvents {
  readonly socketId: string
  readonly login: string
  /** The channel's messages; undefined until its id is known. */
  chat: WatchedChat | undefined
  /** Undefined: the kept messages are due. */
  position: Position | undefined

  constructor(socketId: string, login: string) {
    this.socketId = socketId
    this.login = login
  }

  take(): readonly EncodedEvent[] {
    return this.chat?.takeFor(this) ?? []
  }
}

export interface WatchedChatOptions {
  people: OptedOut
  /** Messages are due to a viewer. */
  deliver: (viewer: ChatViewer) => void
  onSkipped: (count: number) => void
}

/** The messages of one watched channel. */
export class WatchedChat implements Disposable {
  readonly channelId: string
  readonly viewers = new Set<ChatViewer>()
  /** The offset of the next record to apply; undefined: the reader has not come to this channel yet. */
  nextOffset: bigint | undefined
  readonly #options: WatchedChatOptions
  readonly #log: ChatLog
  #isCaughtUp = false
  #publishedAtMs = -Infinity
  #timer: NodeJS.Timeout | undefined
  /** By the position that they start from: most viewers are at the same one. */
  readonly #encoded = new Map<string, { skipped: number; events: readonly EncodedEvent[] }>()

  constructor(channelId: string, options: WatchedChatOptions) {
    this.channelId = channelId
    this.#options = options
    this.#log = new ChatLog(channelId, options.people)
  }

  add(viewer: ChatViewer): void {
    viewer.chat = this
    viewer.position = undefined
    this.viewers.add(viewer)
    if (this.#isCaughtUp) this.#options.deliver(viewer)
  }

  apply(event: ChatEvent): void {
    if (this.#log.apply(event)) this.#changed()
  }

  forgetOptedOut(): void {
    if (this.#log.forgetOptedOut()) this.#changed()
  }

  /** The kept messages have been read: viewers get them, and from now on what follows. */
  catchUp(): void {
    if (this.#isCaughtUp) return
    this.#isCaughtUp = true
    this.#publish()
  }

  takeFor(viewer: ChatViewer): readonly EncodedEvent[] {
    if (!this.#isCaughtUp) return []
    const { position } = viewer
    viewer.position = this.#log.end
    const { skipped, events } = this.#updateSince(position)
    if (skipped > 0) this.#options.onSkipped(skipped)
    return events
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  #updateSince(position: Position | undefined) {
    const key = position === undefined ? '' : `${position.messages} ${position.removals}`
    const known = this.#encoded.get(key)
    if (known !== undefined) return known
    const update = position === undefined ? this.#beginning() : this.#log.since(position)
    const encoded = { skipped: update?.messages?.skipped ?? 0, events: encode(update) }
    this.#encoded.set(key, encoded)
    return encoded
  }

  #beginning(): Update {
    const messages = this.#log.since(this.#log.start)?.messages
    return {
      removed: undefined,
      messages: messages ?? { channel_id: this.channelId, messages: [], skipped: 0 },
    }
  }

  #changed(): void {
    this.#encoded.clear()
    if (!this.#isCaughtUp || this.#timer !== undefined) return
    const waitMs = this.#publishedAtMs + batchIntervalMs - performance.now()
    if (waitMs <= 0) return this.#publish()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#publish()
    }, waitMs)
  }

  #publish(): void {
    this.#publishedAtMs = performance.now()
    for (const viewer of this.viewers) this.#options.deliver(viewer)
  }
}

function encode(update: Update | undefined): readonly EncodedEvent[] {
  if (update === undefined) return []
  const { removed, messages } = update
  return [
    ...(removed === undefined ? [] : [new EncodedEvent(['removed', removed])]),
    ...(messages === undefined ? [] : [new EncodedEvent(['messages', messages])]),
  ]
}
