import type { ChatAck, ChatMessages } from '@chat-battle/contracts/live/down'
import type { ChannelStatus } from '@chat-battle/contracts/records/channel-status'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import { Subscriptions } from '../battle/subscriptions.ts'
import type { ChatLink } from '../source/chat-link.ts'
import type { ChatFeed } from './chat-feed.svelte.ts'

/** A channel of the pane. `status` is null until something is known of it. */
export interface ChatChannel {
  readonly name: string
  readonly login: string
  readonly status: ChannelStatus | null
}

/** What takes the messages. */
export type ChatSink = Pick<ChatFeed, 'take' | 'remove' | 'reconnect' | 'keepChannels' | 'stop'>

/** Subscribes a feed to the messages of channels, on the page's live connection, until `close`. */
export class LiveChat {
  /** Why the server refuses the messages of channels. */
  refusals = $state.raw<readonly { login: string; refusal: RequestError }[]>([])
  readonly #feed: ChatSink
  readonly #subscriptions: Subscriptions<ChatChannel, ChatAck>
  readonly #closeLink: () => void
  #channels: readonly ChatChannel[] = []

  constructor(feed: ChatSink, link: ChatLink, channels: readonly ChatChannel[]) {
    this.#feed = feed
    this.#channels = channels
    const { subscribeChat, unsubscribeChat } = link.requests
    this.#subscriptions = new Subscriptions(
      { subscribe: subscribeChat, unsubscribe: unsubscribeChat },
      {
        isShown: (channel) => this.#channels.includes(channel),
        onAccepted: (channel) => this.#refuse(channel, undefined),
        onRefused: (channel, refusal) => this.#refuse(channel, refusal),
        onEnded: (login) => {
          const channel = this.#channels.find((shown) => shown.login === login)
          if (channel !== undefined) this.#subscriptions.add(channel)
        },
      },
    )
    this.#closeLink = link.open({
      onConnected: () => {
        feed.reconnect()
        for (const channel of this.#channels) this.#subscriptions.add(channel)
      },
      onMessages: (messages) => this.#take(messages),
      onRemoved: (removed) => feed.remove(removed),
    })
  }

  /** Shows the messages of these channels, and of no others. */
  show(channels: readonly ChatChannel[]): void {
    const before = this.#channels
    this.#channels = channels
    for (const channel of before) if (!channels.includes(channel)) this.#end(channel)
    for (const channel of channels) if (!before.includes(channel)) this.#subscriptions.add(channel)
  }

  close(): void {
    this.show([])
    this.#subscriptions.close()
    this.#closeLink()
    this.#feed.stop()
  }

  /** Messages that were on their way when their channel was stopped are not shown. */
  #take(messages: ChatMessages): void {
    const isExpected = this.#channels.some(({ status }) => {
      const id = status?.channel_id ?? null
      return id === null || id === messages.channel_id
    })
    if (isExpected) this.#feed.take(messages)
  }

  #end(channel: ChatChannel): void {
    this.#refuse(channel, undefined)
    this.#subscriptions.remove(channel)
    this.#feed.keepChannels((id) => id !== channel.status?.channel_id)
  }

  #refuse({ login }: ChatChannel, refusal: RequestError | undefined): void {
    const others = this.refusals.filter((each) => each.login !== login)
    if (refusal !== undefined) this.refusals = [...others, { login, refusal }]
    else if (others.length < this.refusals.length) this.refusals = others
  }
}
