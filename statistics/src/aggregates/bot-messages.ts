import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { Counter } from './aggregate.ts'
import { knownBots } from '@chat-battle/contracts/known-bots'

export class BotMessages extends Counter {
  override countMessage(message: ChatMessage): void {
    if (knownBots.has(message.username)) this.value++
  }

  figures() {
    return { bot_messages: this.value }
  }
}
