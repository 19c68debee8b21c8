import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { Counter } from './aggregate.ts'

export class Bits extends Counter {
  override countMessage(message: ChatMessage): void {
    this.value += message.bits
  }

  figures() {
    return { bits: this.value }
  }
}
