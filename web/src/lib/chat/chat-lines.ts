import type { ChatMessages, RemovedMessages } from '@chat-battle/contracts/live/down'
import type { ShownMessage } from '@chat-battle/contracts/records/shown-message'
import { kindsOf, type LineKind } from './line-kinds.ts'
import { withoutVariation } from './without-variation.ts'

/** Messages that the page keeps, of all its channels together. */
export const maxLines = 2000
/** Lines leave together, so that the list is cut once per this many. */
export const cutAtLines = 2200
/** The same text in a channel within this time is a repeat. */
export const repeatWithinMs = 10_000
/** A message that is later than others by more than this stands where it arrived. */
const maxLateMs = 60_000

/** `at`: epoch ms of channel time. `order` grows with each arrival. */
interface Placed {
  readonly key: string
  readonly channelId: string
  readonly at: number
  readonly order: number
}

export interface WrittenLine extends Placed {
  readonly kind: 'message'
  readonly message: ShownMessage
  /** The same for repeats. */
  readonly group: number
  readonly kinds: ReadonlySet<LineKind>
}

/** Messages that the page misses, because it was slower than the chat. */
export interface SkippedLine extends Placed {
  readonly kind: 'skipped'
  readonly count: number
}

export type Line = WrittenLine | SkippedLine

/** Whether an event removes a message of its channel. */
export function removes(removed: RemovedMessages, { channelId, message }: Removable): boolean {
  if (removed.channel_id !== channelId) return false
  return (
    removed.all ||
    removed.message_ids.includes(message.message_id) ||
    removed.user_ids.includes(message.user_id)
  )
}

interface Removable {
  readonly channelId: string
  readonly message: ShownMessage
}

/** The newest messages of some channels, in the order in which they were written. */
export class ChatLines {
  #lines: Line[] = []
  #keys = new Set<string>()
  /** The newest repeat group of each text. */
  #groups = new Map<string, { group: number; at: number }>()
  /** Channels whose kept messages came by this connection. */
  readonly #current = new Set<string>()
  #order = 0
  #groupCount = 0

  get all(): readonly Line[] {
    return this.#lines
  }

  /** The order of the newest arrival; 0 before the first. */
  get newestOrder(): number {
    return this.#order
  }

  /**
   * Takes in messages. The first of a channel after `reconnect` or `keepChannels` replace what is held of it, since what was
   * removed meanwhile is not known; returns whether they do.
   */
  take({ channel_id, messages, skipped }: ChatMessages): boolean {
    const isPast = !this.#current.has(channel_id)
    if (isPast) {
      this.#current.add(channel_id)
      this.#keep(this.#lines.filter(({ channelId }) => channelId !== channel_id))
    }
    if (skipped > 0 && !isPast) this.#addSkipped(channel_id, skipped, messages[0]?.timestamp)
    for (const message of messages) this.#addMessage(channel_id, message, isPast)
    if (this.#lines.length > cutAtLines) this.#keep(this.#lines.slice(-maxLines))
    return isPast
  }

  /** From now on, messages come by another connection. */
  reconnect(): void {
    this.#current.clear()
  }

  remove(removed: RemovedMessages): void {
    this.#keep(this.#lines.filter((line) => line.kind === 'skipped' || !removes(removed, line)))
  }

  /** Drops what is held of the channels that do not belong to the list. */
  keepChannels(belongs: (channelId: string) => boolean): void {
    for (const id of this.#current) if (!belongs(id)) this.#current.delete(id)
    this.#keep(this.#lines.filter(({ channelId }) => belongs(channelId)))
  }

  #addSkipped(channelId: string, count: number, before: number | undefined): void {
    const order = ++this.#order
    const at = before ?? this.#lines.at(-1)?.at ?? 0
    this.#insert({ kind: 'skipped', key: `skipped ${order}`, channelId, at, order, count }, false)
  }

  #addMessage(channelId: string, message: ShownMessage, isPast: boolean): void {
    const key = `${channelId} ${message.message_id}`
    if (this.#keys.has(key)) return
    this.#keys.add(key)
    const line: WrittenLine = {
      kind: 'message',
      key,
      channelId,
      at: message.timestamp,
      order: ++this.#order,
      message,
      group: this.#groupOf(channelId, message),
      kinds: kindsOf(message),
    }
    this.#insert(line, isPast)
  }

  #insert(line: Line, isPast: boolean): void {
    let at = this.#lines.length
    const isBehind = (other: Line | undefined) =>
      other !== undefined && other.at > line.at && (isPast || other.at - line.at <= maxLateMs)
    while (isBehind(this.#lines[at - 1])) at--
    if (at === this.#lines.length) this.#lines.push(line)
    else this.#lines.splice(at, 0, line)
  }

  #groupOf(channelId: string, { message, timestamp }: ShownMessage): number {
    const text = `${channelId} ${withoutVariation(message)}`
    const known = this.#groups.get(text)
    if (known !== undefined && Math.abs(timestamp - known.at) <= repeatWithinMs) return known.group
    const group = ++this.#groupCount
    if (this.#groups.size >= cutAtLines) this.#groups.clear()
    this.#groups.set(text, { group, at: timestamp })
    return group
  }

  #keep(lines: Line[]): void {
    if (lines.length === this.#lines.length) return
    this.#lines = lines
    this.#keys = new Set(lines.map(({ key }) => key))
  }
}
