import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ChannelStats } from '@chat-battle/contracts/records/channel-stats'
import type { Attempt } from './client-attempts.ts'

/** Clients of one process wait for each other: in one thread, hundreds of them would come in the bursts in which it runs. */
const threads = 5

/** What a thread is started with. */
export interface ThreadOrder {
  /** Of the gateway. */
  port: number
  name: string
  /** The channel of each client. */
  logins: readonly string[]
  /** Whether its code is compiled before: else the first attempts are late. */
  isWarm: boolean
}

interface ClientState {
  login: string
  /** When it connected, each time, epoch ms by a monotonic clock. */
  connectedAtMs: readonly number[]
  /** How many frames came after a newer one. */
  wentBack: number
  shown: ChannelStats | null
}

/** State that is cheap to poll. */
export interface ClientsProgress {
  /** Every client connected at this time or later, epoch ms by a monotonic clock. */
  connectedSinceMs: number
  /** Every client shows a message of this time, epoch ms, or a later one. */
  showSinceMs: number
}

export interface ClientsState {
  clients: readonly ClientState[]
  /** Every handshake, epoch ms by a monotonic clock. */
  attempts: readonly Attempt[]
}

/** Clients of the page's own code, spread over threads, that each show one of `channels`. */
export class PageClients implements AsyncDisposable {
  readonly #workers: readonly Worker[]

  constructor(port: number, count: number, channels: readonly string[], isWarm: boolean) {
    const logins = Array.from({ length: count }, (_, index) => channels[index % channels.length] ?? '')
    this.#workers = Array.from({ length: threads }, (_, thread) => {
      const own = logins.filter((_, index) => index % threads === thread)
      const workerData: ThreadOrder = { port, name: String(thread), logins: own, isWarm }
      return new Worker(new URL('./page-client-thread.ts', import.meta.url), { workerData })
    })
  }

  async progress(): Promise<ClientsProgress> {
    const each = await this.#ask<ClientsProgress>('progress')
    return {
      connectedSinceMs: Math.min(...each.map(({ connectedSinceMs }) => connectedSinceMs)),
      showSinceMs: Math.min(...each.map(({ showSinceMs }) => showSinceMs)),
    }
  }

  async state(): Promise<ClientsState> {
    const each = await this.#ask<ClientsState>('state')
    return {
      clients: each.flatMap(({ clients }) => clients),
      attempts: each.flatMap(({ attempts }) => attempts).sort((a, b) => a.atMs - b.atMs),
    }
  }

  #ask<Answer>(question: 'progress' | 'state'): Promise<Answer[]> {
    return Promise.all(
      this.#workers.map(async (worker) => {
        const answered = once(worker, 'message') as Promise<[Answer]>
        worker.postMessage(question)
        return (await answered)[0]
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }
}
