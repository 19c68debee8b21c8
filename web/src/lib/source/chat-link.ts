import type { ServerToClientEvents } from '@chat-battle/contracts/live/down'
import type { LiveConnection } from './live-events.ts'

/** Who shows messages. `onConnected`: subscriptions of an earlier connection are gone. */
export interface ChatViewer {
  onConnected: () => void
  onMessages: ServerToClientEvents['messages']
  onRemoved: ServerToClientEvents['removed']
}

export type ChatRequests = Pick<LiveConnection, 'subscribeChat' | 'unsubscribeChat'>

/** Lends the page's live connection to the part that shows messages, which is loaded later and closed earlier. */
export class ChatLink {
  #requests: ChatRequests | undefined
  #viewer: ChatViewer | undefined
  #isConnected = false

  /** For `connectLive`. */
  readonly listeners = {
    onMessages: (messages: Parameters<ChatViewer['onMessages']>[0]) => this.#viewer?.onMessages(messages),
    onRemoved: (removed: Parameters<ChatViewer['onRemoved']>[0]) => this.#viewer?.onRemoved(removed),
  }

  readonly requests: ChatRequests = {
    subscribeChat: (name, answered) => this.#requests?.subscribeChat(name, answered),
    unsubscribeChat: (name, answered) => this.#requests?.unsubscribeChat(name, answered),
  }

  attach(requests: ChatRequests): void {
    this.#requests = requests
  }

  connected(): void {
    this.#isConnected = true
    this.#viewer?.onConnected()
  }

  /** Passes what arrives to a viewer, in place of the one before; returns what ends it. */
  open(viewer: ChatViewer): () => void {
    this.#viewer = viewer
    if (this.#isConnected) viewer.onConnected()
    return () => {
      if (this.#viewer === viewer) this.#viewer = undefined
    }
  }
}
