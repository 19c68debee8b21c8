import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { Counter } from './aggregate.ts'

export class MirroredCount extends Counter {
  override countMessage(message: ChatMessage): void {
    if (message.source_channel_id !== null) this.value++
  }

  figures() {
    return { mirrored_count: this.value }
  }
}
