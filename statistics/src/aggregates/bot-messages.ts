import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { Counter } from './aggregate.ts'
import { isOfBot } from '@chat-battle/contracts/known-bots'

export class BotMessages extends Counter {
  override countMessage(message: ChatMessage): void {
    if (isOfBot(message)) this.value++
  }

  figures() {
    return { bot_messages: this.value }
  }
}
