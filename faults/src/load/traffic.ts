import { setTimeout as delay } from 'node:timers/promises'
import type { TwitchServer } from '@chat-battle/twitch-stub/server'
import { simulateChannel } from '@chat-battle/twitch-stub/simulate'

const stepMs = 10
const chatters = 1500

export interface SentLine {
  login: string
  line: string
  /** Epoch ms of this machine's clock. */
  sentAtMs: number
}

export interface TrafficOptions {
  channels: readonly string[]
  /** Over all channels. */
  linesPerSecond: number
  seed: number
  /** How far Twitch's time, which stamps the lines, is ahead of this machine's clock. */
  twitchAheadMs?: number
}

/** Simulated chat at an even pace, a function of its seed. Keeps every line that it sent. */
export class Traffic {
  readonly sent: SentLine[] = []
  readonly #twitch: TwitchServer
  readonly #options: TrafficOptions
  #stopping = new AbortController()
  #playing: Promise<void> | undefined

  constructor(twitch: TwitchServer, options: TrafficOptions) {
    this.#twitch = twitch
    this.#options = options
  }

  start(): void {
    this.#stopping = new AbortController()
    this.#playing = this.#play(this.#stopping.signal)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#playing
  }

  /** Sends one more line, which is judged like the others. */
  say(login: string, line: string): void {
    this.#twitch.say(login, line)
    this.sent.push({ login, line, sentAtMs: Date.now() })
  }

  async #play(signal: AbortSignal): Promise<void> {
    const { channels, linesPerSecond, seed, twitchAheadMs = 0 } = this.#options
    const startMs = Date.now() + twitchAheadMs
    const playing = channels.map((login, index) => {
      const profile = {
        login,
        linesPerSecond: linesPerSecond / channels.length,
        chatters,
        burst: { everyS: 1e9, forS: 1, factor: 1 },
        emoteShare: 0.3,
      }
      const lines = simulateChannel(profile, { login, id: this.#twitch.roomId(login) }, seed + index, startMs)
      return { login, lines, next: lines.next().value }
    })
    while (!signal.aborted) {
      const sentAtMs = Date.now()
      for (const channel of playing) {
        const due: string[] = []
        for (; channel.next.atMs <= sentAtMs + twitchAheadMs; channel.next = channel.lines.next().value)
          due.push(channel.next.line)
        if (due.length === 0) continue
        this.#twitch.say(channel.login, due.join('\r\n'))
        for (const line of due) this.sent.push({ login: channel.login, line, sentAtMs })
      }
      await delay(stepMs)
    }
  }
}
