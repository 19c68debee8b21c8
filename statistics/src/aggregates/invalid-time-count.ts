import { Counter } from './aggregate.ts'

/** Events whose time is not believed and that this window was current for. Kept for diagnosis, not shown. */
export class InvalidTimeCount extends Counter {
  add(): void {
    this.value++
  }

  figures() {
    return {}
  }
}
