import type { ChatMessages, RemovedMessages } from '@chat-battle/contracts/live/down'
import type { Battle } from '../battle/battle.svelte.ts'
import { DrawThrottle } from '../battle/draw-throttle.ts'
import { LiveChat, type ChatSink } from '../chat/live-chat.svelte.ts'
import { gapsOf } from '../chart/gaps.ts'
import { Ballot, type Stretch } from './ballot.ts'
import { ChatCoverage } from './chat-coverage.ts'
import type { Tally } from './vote-address.ts'
import type { VoteOption } from './vote-options.ts'

/** Messages that were written before the end may arrive later by this much. */
const settleMs = 3000
/** The page's clock may be ahead of Twitch's by this much without noticing. */
const maxAheadMs = 5000
const drawEveryMs = 250

/** `connecting`: messages do not arrive yet. `closing`: the last votes arrive. */
export type VotePhase = 'connecting' | 'ready' | 'counting' | 'closing' | 'ended'

/** A vote in the chat of a battle's first channel. */
export class LiveVote implements ChatSink {
  phase = $state<VotePhase>('connecting')
  tally = $state.raw<Tally>({ counts: [], isLeast: false })
  /** Null before the start. */
  stretch = $state.raw<Stretch | null>(null)
  readonly #battle: Battle
  readonly #options: readonly VoteOption[]
  readonly #coverage = new ChatCoverage()
  readonly #drawing = new DrawThrottle(() => this.#draw(), drawEveryMs)
  #ballot: Ballot | undefined

  /** `stretch`: that of a vote that was started before; null: it waits for `start`. */
  constructor(battle: Battle, options: readonly VoteOption[], stretch: Stretch | null) {
    this.#battle = battle
    this.#options = options
    if (stretch !== null) this.#begin(stretch)
    this.#draw()
  }

  /** Receives the chat; returns what ends it. */
  follow(): () => void {
    const chat = new LiveChat(this, this.#battle.chat, this.#battle.channels)
    return () => chat.close()
  }

  /** Counts from the next message on. `lengthMs`: null until `finish`. */
  start(lengthMs: number | null): Stretch {
    const { lastAt, since = 0 } = this.#coverage
    const from = Math.max(lastAt + 1, since, this.#nowMs - maxAheadMs)
    const stretch = { from, to: lengthMs === null ? null : this.#nowMs + lengthMs }
    this.#begin(stretch)
    this.tick()
    return stretch
  }

  /** Counts no message that is written from now on. */
  finish(): Stretch | null {
    if (this.#ballot === undefined) return null
    this.#ballot.end(Math.max(this.#coverage.lastAt + 1, this.#nowMs))
    this.stretch = this.#ballot.stretch
    this.tick()
    return this.stretch
  }

  /** To be called as time passes. */
  tick(): void {
    if (this.phase === 'ended') return
    const to = this.stretch?.to ?? Infinity
    if (this.#coverage.since === undefined) this.phase = 'connecting'
    else if (this.#ballot === undefined) this.phase = 'ready'
    else if (this.#nowMs < to) this.phase = 'counting'
    else if (this.#nowMs < to + settleMs) this.phase = 'closing'
    else {
      this.#draw()
      this.phase = 'ended'
    }
    this.#drawing.request()
  }

  take(messages: ChatMessages): void {
    this.#coverage.take(messages, this.#nowMs)
    for (const message of messages.messages) this.#ballot?.take(message)
    this.tick()
  }

  remove(removed: RemovedMessages): void {
    this.#ballot?.remove(removed)
    this.#drawing.request()
  }

  reconnect(): void {
    this.#coverage.reconnect()
  }

  /** What was counted stays. */
  keepChannels(): void {}

  stop(): void {
    this.#drawing.stop()
  }

  get #nowMs(): number {
    return this.#battle.clock.nowMs
  }

  #begin(stretch: Stretch): void {
    this.#ballot = new Ballot(this.#options, stretch)
    this.stretch = stretch
  }

  #draw(): void {
    if (this.phase === 'ended') return
    const counts = this.#ballot?.counts ?? this.#options.map(() => 0)
    this.tally = { counts, isLeast: this.#ballot !== undefined && !this.#isWhole(this.#ballot) }
  }

  /** Whether every vote so far is counted. */
  #isWhole({ stretch: { from, to }, isFull }: Ballot): boolean {
    const until = Math.max(from, Math.min(to ?? Infinity, this.#nowMs))
    const status = this.#battle.channels[0]?.status ?? null
    const gaps = gapsOf(status, this.#nowMs)
    const isMissed = gaps.some((gap) => gap.from < until && gap.to > from)
    return !isFull && !isMissed && this.#coverage.covers({ from, to: until })
  }
}
