import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { Counter } from './aggregate.ts'

export class SubscriberMessages extends Counter {
  override countMessage(message: ChatMessage): void {
    if (message.is_subscriber) this.value++
  }

  figures() {
    return { subscriber_messages: this.value }
  }
}
