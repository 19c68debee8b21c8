import { Counter } from './aggregate.ts'

export class MessageCount extends Counter {
  override countMessage(): void {
    this.value++
  }

  figures() {
    return { message_count: this.value }
  }
}
