import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { ChatEvent } from '@chat-battle/contracts/records/chat-event'
import { decodeChatEvent } from '@chat-battle/contracts/records/decode-chat-event'
import type { ChatRecord, ChatRecordListeners, ChatSource } from '../chat/chat-source.ts'
import type { StatusView } from '../directory/status-view.ts'
import type { SeenTwitchEmotes } from '../emotes/seen-twitch-emotes.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { chatRoomOf } from './rooms.ts'
import type { DueEvents } from './outbox.ts'
import { ChatViewer, WatchedChat } from './watched-chat.ts'

const subject = 'chat'

export interface ChatHubOptions {
  statusView: Pick<StatusView, 'idOf'>
  people: OptedOut
  twitchEmotes: Pick<SeenTwitchEmotes, 'see'>
  metrics: Pick<GatewayMetrics, 'chatRecords' | 'chatSkipped'>
  /** Starts to read a channel's records, and stops. */
  source: ChatSource
  /** Puts what is due to a socket into its outbox. */
  offer: (socketId: string, room: string, subject: string, due: DueEvents) => void
}

/** Which sockets watch the messages of which channels. A channel that no socket watches is neither read nor kept. */
export class ChatHub implements ChatRecordListeners, Disposable {
  readonly #options: ChatHubOptions
  /** By channel id. */
  readonly #chats = new Map<string, WatchedChat>()
  /** By login, then by socket. */
  readonly #viewers = new Map<string, Map<string, ChatViewer>>()

  constructor(options: ChatHubOptions) {
    this.#options = options
  }

  get watchedCount(): number {
    return this.#chats.size
  }

  /** The channels that a socket watches, by the logins that were requested. */
  logins(): string[] {
    return [...this.#viewers.keys()]
  }

  add(socketId: string, login: string): void {
    const viewers = this.#viewers.get(login) ?? new Map<string, ChatViewer>()
    this.#viewers.set(login, viewers)
    if (viewers.has(socketId)) return
    const viewer = new ChatViewer(socketId, login)
    viewers.set(socketId, viewer)
    this.#attach(viewer)
  }

  remove(socketId: string, login: string): void {
    const viewers = this.#viewers.get(login)
    const viewer = viewers?.get(socketId)
    if (viewer === undefined) return
    viewers?.delete(socketId)
    if (viewers?.size === 0) this.#viewers.delete(login)
    this.#detach(viewer)
  }

  /** A login may have got an id, or another one. */
  onStatus(login: string): void {
    const id = this.#options.statusView.idOf(login)
    for (const viewer of this.#viewers.get(login)?.values() ?? []) {
      if (id === undefined || viewer.chat?.channelId === id) continue
      this.#detach(viewer)
      this.#attach(viewer)
    }
  }

  /** The people who opted out have changed. */
  forgetOptedOut(): void {
    for (const chat of this.#chats.values()) chat.forgetOptedOut()
  }

  onBegin(channelIds: readonly string[], offset: bigint): void {
    for (const id of channelIds) {
      const chat = this.#chats.get(id)
      if (chat !== undefined) chat.nextOffset ??= offset
    }
  }

  onRecord({ key, offset, value }: ChatRecord): void {
    const chat = this.#chats.get(key)
    if (chat?.nextOffset === undefined || value === null) return
    const at = BigInt(offset)
    if (at < chat.nextOffset) return
    chat.nextOffset = at + 1n
    const event = decode(value)
    this.#options.metrics.chatRecords.inc({ what: event === undefined ? 'undecodable' : 'decoded' })
    if (event?.type === 'message') this.#options.twitchEmotes.see(event.emotes)
    if (event !== undefined) chat.apply(event)
  }

  onCaughtUp(channelIds: readonly string[]): void {
    for (const id of channelIds) {
      const chat = this.#chats.get(id)
      if (chat?.nextOffset !== undefined) chat.catchUp()
    }
  }

  onTruncated(): void {
    // Offsets start over; ids keep messages from being shown twice.
    for (const chat of this.#chats.values()) if (chat.nextOffset !== undefined) chat.nextOffset = 0n
  }

  [Symbol.dispose](): void {
    for (const chat of this.#chats.values()) chat[Symbol.dispose]()
    this.#chats.clear()
  }

  #attach(viewer: ChatViewer): void {
    const id = this.#options.statusView.idOf(viewer.login)
    if (id === undefined) return
    const known = this.#chats.get(id)
    const chat = known ?? this.#open(id)
    chat.add(viewer)
    if (known === undefined) this.#options.source.watch(id)
  }

  #open(id: string): WatchedChat {
    const { people, metrics, offer } = this.#options
    const chat = new WatchedChat(id, {
      people,
      deliver: (viewer) => offer(viewer.socketId, chatRoomOf(viewer.login), subject, viewer),
      onSkipped: (count) => metrics.chatSkipped.inc(count),
    })
    this.#chats.set(id, chat)
    return chat
  }

  #detach(viewer: ChatViewer): void {
    const { chat } = viewer
    if (chat === undefined) return
    viewer.chat = undefined
    chat.viewers.delete(viewer)
    if (chat.viewers.size > 0) return
    chat[Symbol.dispose]()
    this.#chats.delete(chat.channelId)
    this.#options.source.unwatch(chat.channelId)
  }
}

/** Undefined: no chat event. The processor keeps such a record as a dead letter. */
function decode(value: Buffer): ChatEvent | undefined {
  try {
    return decodeChatEvent(JSON.parse(value.toString())).data
  } catch {
    return undefined
  }
}
