import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A part of a bench that runs in a process of its own, so that its CPU and its event loop are its own. */
export class Child implements Disposable {
  readonly #process: ChildProcess

  /** `file`: relative to this folder. `args`: passed on as JSON. */
  constructor(file: string, ...args: unknown[]) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    this.#process = fork(
      path,
      args.map((arg) => JSON.stringify(arg)),
    )
  }

  async nextMessage<T>(): Promise<T> {
    const [message] = (await once(this.#process, 'message')) as [T]
    return message
  }

  /** Sends a message and resolves to the next one from the child. */
  request<T>(message: unknown): Promise<T> {
    const answer = this.nextMessage<T>()
    this.#process.send(message as string)
    return answer
  }

  [Symbol.dispose](): void {
    this.#process.kill()
  }
}

/** In the child: the arguments that `Child` was given. */
export function childArguments<T extends unknown[]>(): T {
  return process.argv.slice(2).map((arg) => JSON.parse(arg) as unknown) as T
}

/** In the child. */
export function sendToParent(message: unknown): void {
  process.send?.(message)
}
