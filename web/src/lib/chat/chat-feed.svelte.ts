import type { ChatMessages, RemovedMessages } from '@chat-battle/contracts/live/down'
import { DrawThrottle } from '../battle/draw-throttle.ts'
import { isFiltering, matcher, noFilter, type ChatFilter } from './chat-filter.ts'
import { ChatLines, maxLines } from './chat-lines.ts'
import { ChatRows, withoutMessages, withRemoved, type Row } from './chat-rows.ts'

/** Why the list stands still: the reader scrolled up, points at it, touches it, or stopped it. */
export type PauseReason = 'scrolled' | 'hovered' | 'touched' | 'stopped'

/** The messages of up to four channels as the pane shows them. */
export class ChatFeed {
  rows = $state.raw<readonly Row[]>([])
  /** Changes when the rows are others than before, so that their places mean nothing any longer. */
  generation = $state(0)
  /** Messages that the filter hides. */
  hiddenCount = $state(0)
  /** Messages that arrived since the list stands still; at most as many as are kept. */
  newCount = $state(0)
  #pauses = $state.raw<readonly PauseReason[]>([])
  #filter = $state.raw(noFilter)
  #isCollapsed = $state(true)
  readonly #lines = new ChatLines()
  readonly #rows = new ChatRows()
  readonly #drawing = new DrawThrottle(() => this.#draw())
  readonly #loginOf: (channelId: string) => string | undefined
  /** The order of the newest arrival when rows were last made. */
  #drawnOrder = 0

  constructor(loginOf: (channelId: string) => string | undefined) {
    this.#loginOf = loginOf
  }

  get filter(): ChatFilter {
    return this.#filter
  }

  set filter(filter: ChatFilter) {
    this.#filter = filter
    this.#showAgain()
  }

  get isFiltering(): boolean {
    return isFiltering(this.#filter)
  }

  /** Whether repeats of a text share a row. */
  get isCollapsed(): boolean {
    return this.#isCollapsed
  }

  set isCollapsed(isCollapsed: boolean) {
    this.#isCollapsed = isCollapsed
    this.#showAgain()
  }

  get isPaused(): boolean {
    return this.#pauses.length > 0
  }

  get isStopped(): boolean {
    return this.#pauses.includes('stopped')
  }

  /**
   * The first messages of a channel after `reconnect` or `keepChannels` replace what is held of it: what was removed meanwhile
   * is not known.
   */
  take(messages: ChatMessages): void {
    const { channel_id } = messages
    if (this.#lines.take(messages)) {
      const isKept = (id: string) => messages.messages.some(({ message_id }) => message_id === id)
      this.rows = withoutMessages(
        this.rows,
        ({ channelId, message }) => channelId === channel_id && !isKept(message.message_id),
      )
    }
    this.#drawing.request()
  }

  /** Hides messages at once, also while the list stands still. */
  remove(removed: RemovedMessages): void {
    this.#lines.remove(removed)
    if (this.isPaused) this.rows = withRemoved(this.rows, removed)
    this.#draw()
  }

  /** From now on, messages come by another connection. */
  reconnect(): void {
    this.#lines.reconnect()
  }

  /** Drops the messages of channels that are no longer shown. */
  keepChannels(belongs: (channelId: string) => boolean): void {
    this.#lines.keepChannels(belongs)
    if (this.rows.some(({ channelId }) => !belongs(channelId))) this.#showAgain()
  }

  /** Drops every message. */
  clear(): void {
    this.keepChannels(() => false)
  }

  pause(reason: PauseReason): void {
    if (this.#pauses.includes(reason)) return
    this.#pauses = [...this.#pauses, reason]
  }

  /** Goes on where `reason` was the last one. */
  resume(reason: PauseReason): void {
    if (!this.#pauses.includes(reason)) return
    this.#pauses = this.#pauses.filter((other) => other !== reason)
    this.#draw()
  }

  /** Shows the newest messages, whatever the list stands still for. */
  followNewest(): void {
    this.#pauses = []
    this.#draw()
  }

  stop(): void {
    this.#drawing.stop()
  }

  #matcher() {
    return matcher(this.#filter, this.#loginOf)
  }

  /** The reader asked for other rows. */
  #showAgain(): void {
    this.generation++
    this.#pauses = this.#pauses.filter((reason) => reason !== 'scrolled')
    this.#drawRows()
    this.newCount = 0
  }

  #draw(): void {
    // An empty list has no lines that could move.
    if (this.isPaused && (this.isStopped || this.rows.length > 0)) this.newCount = this.#countNew()
    else {
      this.#drawRows()
      this.newCount = 0
    }
  }

  #drawRows(): void {
    const { rows, hidden } = this.#rows.of(this.#lines.all, this.#matcher(), this.#isCollapsed)
    this.rows = rows
    this.hiddenCount = hidden
    this.#drawnOrder = this.#lines.newestOrder
  }

  #countNew(): number {
    const matches = this.#matcher()
    let count = 0
    for (const line of this.#lines.all)
      if (line.kind === 'message' && line.order > this.#drawnOrder && matches(line)) count++
    return Math.min(count, maxLines)
  }
}
