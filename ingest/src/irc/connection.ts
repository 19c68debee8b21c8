import type { IrcMessage } from '@tmi.js/irc-parser'
import type { Logger } from '@chat-battle/service/logger'
import { backoffMs } from './backoff.ts'
import type { JoinLimiter } from './join-limiter.ts'
import { StallWatch } from './stall-watch.ts'
import { TwitchClient } from './twitch-client.ts'

export interface ConnectionTimes {
  /** How long nothing may be heard before a PING is sent. */
  pingAfterMs: number
  /** How long the answer to a PING may take before the connection counts as half-open. */
  pongWithinMs: number
  /** How long a JOIN may stay unconfirmed before the channel counts as not found. */
  joinWithinMs: number
  /** How long connecting and logging in may take. */
  connectWithinMs: number
}

export const usualTimes: ConnectionTimes = {
  pingAfterMs: 10_000,
  pongWithinMs: 5000,
  joinWithinMs: 10_000,
  connectWithinMs: 20_000,
}

export interface ConnectionListeners {
  onLine: (line: IrcMessage) => void
  onUnparsable: (text: string, error: unknown) => void
  /** The channel is being listened to; `channelId` where Twitch told it. */
  onJoined: (login: string, channelId: string | undefined) => void
  onJoinFailed: (login: string, why: 'not_found' | 'suspended') => void
  /** These joined channels are no longer heard; the last sign of life was at `heardUntilMs` by the clock. */
  onLost: (logins: readonly string[], heardUntilMs: number) => void
  onReconnect: () => void
}

export interface ConnectionOptions {
  url: string
  times: ConnectionTimes
  limiter: JoinLimiter
  /** In ms, by which it tells when it heard what. */
  clock: () => number
  /** The token to log in with, anew for each connection; undefined logs in anonymously. `rejected`: the last one was. */
  token: (rejected: boolean) => Promise<string | undefined>
  logger: Logger
  listeners: ConnectionListeners
}

const loginRejected = /Login authentication failed|Improperly formatted auth|Login unsuccessful/

/** Keeps one connection to Twitch alive, and in its channels. There is never more than one socket at a time. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #wanted = new Set<string>()
  readonly #joined = new Set<string>()
  readonly #pendingJoins = new Map<string, NodeJS.Timeout>()
  #client: TwitchClient | undefined
  #isReady = false
  #attempt = 0
  #heardAtMs = 0
  #wasRejected = false
  #watch: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #isStopped = false
  readonly #stalls: StallWatch

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#stalls = new StallWatch(options.clock, (text) => {
      if (this.#isReady) this.#client?.send(`PING :${text}`)
    })
    void this.#connect()
  }

  get channels(): ReadonlySet<string> {
    return this.#wanted
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** Up to when everything was certainly received, monotonic ms. */
  get heardAtMs(): number {
    return this.#stalls.certainUntil(this.#heardAtMs)
  }

  join(login: string): void {
    this.#wanted.add(login)
    if (this.#isReady) this.#requestJoin(login)
  }

  part(login: string): void {
    this.#wanted.delete(login)
    this.#joined.delete(login)
    this.#clearPendingJoin(login)
    if (this.#isReady) this.#client?.send(`PART #${login}`)
  }

  stop(): void {
    this.#isStopped = true
    this.#stalls.stop()
    clearTimeout(this.#retry)
    this.#client?.close()
  }

  async #connect(): Promise<void> {
    const { url, logger, token } = this.#options
    let given: string | undefined
    try {
      given = await token(this.#wasRejected)
      this.#wasRejected = false
    } catch (error) {
      logger.error({ err: error }, 'no token to log in to Twitch with; trying again')
      return this.#connectLater()
    }
    if (this.#isStopped) return
    this.#client = new TwitchClient(url, given, {
      onLine: (line) => this.#onLine(line),
      onUnparsable: this.#options.listeners.onUnparsable,
      onClosed: (why) => this.#onClosed(why),
    })
    this.#awaitSign(this.#options.times.connectWithinMs)
    this.#client.connect()
  }

  #connectLater(): void {
    if (this.#isStopped) return
    this.#retry = setTimeout(() => void this.#connect(), backoffMs(this.#attempt++))
  }

  #onClosed(why: string): void {
    clearTimeout(this.#watch)
    for (const timer of this.#pendingJoins.values()) clearTimeout(timer)
    this.#pendingJoins.clear()
    const lost = [...this.#joined]
    this.#joined.clear()
    this.#client = undefined
    this.#isReady = false
    if (lost.length > 0) this.#options.listeners.onLost(lost, this.heardAtMs)
    this.#stalls.forget()
    if (this.#isStopped) return
    this.#options.logger.warn(
      { why, channels: lost.length },
      'the connection to Twitch ended; connecting again',
    )
    this.#options.listeners.onReconnect()
    this.#connectLater()
  }

  /** Ends the connection unless something is heard in time. */
  #awaitSign(withinMs: number): void {
    clearTimeout(this.#watch)
    this.#watch = setTimeout(() => {
      this.#client?.close(`nothing heard from Twitch for ${withinMs} ms`)
    }, withinMs)
  }

  #onHeard(): void {
    this.#stalls.check()
    this.#heardAtMs = this.#options.clock()
    if (!this.#isReady) return
    const { pingAfterMs, pongWithinMs } = this.#options.times
    clearTimeout(this.#watch)
    this.#watch = setTimeout(() => {
      this.#client?.send('PING :still there?')
      this.#awaitSign(pongWithinMs)
    }, pingAfterMs)
  }

  #onLine(line: IrcMessage): void {
    this.#onHeard()
    const login = line.channel.replace(/^#/, '')
    switch (line.command) {
      case '001':
        return this.#onReady()
      case 'RECONNECT':
        this.#attempt = 0
        return this.#client?.close('Twitch asked to reconnect')
      case 'PONG':
        this.#stalls.answered(line.params.at(-1) ?? '')
        break
      case 'ROOMSTATE':
        this.#confirmJoin(login, line.rawTags['room-id'])
        break
      case '366':
        this.#confirmJoin((line.params[1] ?? '').replace(/^#/, ''), undefined)
        break
      case 'NOTICE':
        this.#onNotice(line, login)
        break
    }
    this.#options.listeners.onLine(line)
  }

  #onReady(): void {
    this.#isReady = true
    this.#onHeard()
    for (const login of this.#wanted) this.#requestJoin(login)
  }

  #onNotice(line: IrcMessage, login: string): void {
    if (line.rawTags['msg-id'] === 'msg_channel_suspended') {
      if (!this.#pendingJoins.has(login)) return
      this.#clearPendingJoin(login)
      this.#options.listeners.onJoinFailed(login, 'suspended')
    } else if (loginRejected.test(line.params.join(' '))) {
      this.#wasRejected = true
      this.#client?.close('Twitch refused the login')
    }
  }

  #requestJoin(login: string): void {
    const client = this.#client
    this.#options.limiter.request(() => {
      if (client === undefined || client !== this.#client || !this.#isReady) return false
      if (!this.#wanted.has(login) || this.#joined.has(login)) return false
      client.send(`JOIN #${login}`)
      this.#clearPendingJoin(login)
      const timer = setTimeout(() => {
        this.#pendingJoins.delete(login)
        this.#options.listeners.onJoinFailed(login, 'not_found')
      }, this.#options.times.joinWithinMs)
      this.#pendingJoins.set(login, timer)
      return true
    })
  }

  #confirmJoin(login: string, channelId: string | undefined): void {
    if (!this.#wanted.has(login)) return
    const isNews = !this.#joined.has(login)
    this.#clearPendingJoin(login)
    this.#joined.add(login)
    this.#attempt = 0
    if (isNews || channelId !== undefined) this.#options.listeners.onJoined(login, channelId || undefined)
  }

  #clearPendingJoin(login: string): void {
    clearTimeout(this.#pendingJoins.get(login))
    this.#pendingJoins.delete(login)
  }
}
