import type { ConnectionOptions } from './connection-options.ts'
import type { Refusal } from './refusal.ts'

/** Two PARTs by Twitch within this time mean a ban: the channel is not joined again at once. */
const ejectedAgainMs = 30_000

export interface ChannelJoinsOptions extends Pick<
  ConnectionOptions,
  'times' | 'joinLimiter' | 'clock' | 'logger' | 'listeners'
> {
  /** What sends a line on the current socket while that is logged in; else undefined. */
  sender: () => ((line: string) => void) | undefined
  /** When the last line was received, monotonic ms. */
  receivedAtMs: () => number
}

/** The channels of one connection: which are wanted, waiting for confirmation, joined, or refused. */
export class ChannelJoins {
  readonly #options: ChannelJoinsOptions
  readonly #wanted = new Set<string>()
  /** The wanted channels whose last JOIN was refused: `join` tries them again. */
  readonly #refused = new Set<string>()
  readonly #joined = new Set<string>()
  readonly #pending = new Map<string, NodeJS.Timeout>()
  /** When Twitch last ejected this client from a channel, monotonic ms. */
  readonly #ejectedAtMs = new Map<string, number>()

  constructor(options: ChannelJoinsOptions) {
    this.#options = options
  }

  get wanted(): ReadonlySet<string> {
    return this.#wanted
  }

  /** How many channels are joined or about to be. */
  get claimedCount(): number {
    return this.#wanted.size - this.#refused.size
  }

  /** Whether the channel is joined or about to be. */
  claims(login: string): boolean {
    return this.#wanted.has(login) && !this.#refused.has(login)
  }

  join(login: string): void {
    this.#wanted.add(login)
    this.#refused.delete(login)
    if (this.#options.sender() !== undefined) this.#request(login)
  }

  part(login: string): void {
    this.#wanted.delete(login)
    this.#refused.delete(login)
    this.#joined.delete(login)
    this.#ejectedAtMs.delete(login)
    this.#clearPending(login)
    this.#options.sender()?.(`PART #${login}`)
  }

  /** A socket is logged in: it joins every wanted channel that is not refused. */
  onReady(): void {
    for (const login of this.#wanted) this.#request(login)
  }

  /** The socket is closed. Returns the channels that were joined. */
  onClosed(): string[] {
    for (const timer of this.#pending.values()) clearTimeout(timer)
    this.#pending.clear()
    const lost = [...this.#joined]
    this.#joined.clear()
    return lost
  }

  /** Twitch confirmed a JOIN. Returns whether the channel is wanted. */
  onConfirmed(login: string, channelId: string | undefined): boolean {
    if (!this.#wanted.has(login)) return false
    const isNew = !this.#joined.has(login)
    this.#clearPending(login)
    this.#refused.delete(login)
    this.#joined.add(login)
    if (isNew || channelId !== undefined) this.#options.listeners.onJoined(login, channelId || undefined)
    return true
  }

  onRefused(login: string, why: Refusal): void {
    if (!this.#joined.has(login) && !this.#pending.has(login)) return
    this.#lose(login)
    this.#refuse(login, why)
  }

  /** Twitch sent a PART. For a channel that is still joined here, it is not the answer to a PART from here. */
  onParted(login: string): void {
    if (!this.#joined.has(login)) return
    const nowMs = this.#options.clock()
    const isAgain = nowMs - (this.#ejectedAtMs.get(login) ?? -Infinity) < ejectedAgainMs
    this.#ejectedAtMs.set(login, nowMs)
    this.#options.logger.warn({ channel: login }, 'Twitch ejected this client from a channel')
    this.#lose(login)
    if (isAgain) this.#refuse(login, 'banned')
    else this.#request(login)
  }

  /** The channel is no longer received, but its connection is. */
  #lose(login: string): void {
    if (this.#joined.delete(login)) this.#options.listeners.onLost([login], this.#options.receivedAtMs())
  }

  #refuse(login: string, why: Refusal): void {
    this.#clearPending(login)
    // A channel in hand-off is left when it is lost.
    if (!this.#wanted.has(login)) return
    this.#refused.add(login)
    this.#options.listeners.onJoinFailed(login, why)
  }

  #request(login: string): void {
    this.#options.joinLimiter.request(() => {
      const send = this.#options.sender()
      if (send === undefined) return false
      if (!this.claims(login) || this.#joined.has(login) || this.#pending.has(login)) return false
      const timer = setTimeout(() => this.#refuse(login, 'not_found'), this.#options.times.joinWithinMs)
      // Set before the line is sent: if sending closes the socket, `onClosed` clears the timer.
      this.#pending.set(login, timer)
      send(`JOIN #${login}`)
      return true
    })
  }

  #clearPending(login: string): void {
    clearTimeout(this.#pending.get(login))
    this.#pending.delete(login)
  }
}
