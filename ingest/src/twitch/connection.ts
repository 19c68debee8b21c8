import type { IrcMessage } from '@tmi.js/irc-parser'
import { backoffMs } from './backoff.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { refusalOf, type Refusal } from './refusal.ts'
import { StallWatch } from './stall-watch.ts'
import { TwitchClient } from './twitch-client.ts'

/** A channel that Twitch puts this client out of twice within this time has banned it: it is not joined again at once. */
const ejectedAgainMs = 30_000

const loginRejected = /Login authentication failed|Improperly formatted auth|Login unsuccessful/

/** Keeps one connection to Twitch alive, and in its channels. There is never more than one socket at a time. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #wanted = new Set<string>()
  /** Of the wanted channels those whose last JOIN was refused: `join` tries them again. */
  readonly #refused = new Set<string>()
  readonly #joined = new Set<string>()
  readonly #pendingJoins = new Map<string, NodeJS.Timeout>()
  /** When Twitch last put this client out of a channel, monotonic ms. */
  readonly #ejectedAtMs = new Map<string, number>()
  #client: TwitchClient | undefined
  #isReady = false
  /** This client's name, as the server welcomed it. */
  #nick = ''
  #attempt = 0
  #heardAtMs = 0
  #loggedOutSinceMs: number | undefined
  #token: string | undefined
  #rejectedToken: string | undefined
  #watch: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #isStopped = false
  readonly #stalls: StallWatch

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#loggedOutSinceMs = options.clock()
    this.#stalls = new StallWatch(options.clock, (text) => {
      if (this.#isReady) this.#client?.send(`PING :${text}`)
    })
    void this.#connect()
  }

  get channels(): ReadonlySet<string> {
    return this.#wanted
  }

  /** How many channels are joined or about to be. */
  get claimedChannels(): number {
    return this.#wanted.size - this.#refused.size
  }

  /** Whether the channel is joined or about to be. */
  claims(login: string): boolean {
    return this.#wanted.has(login) && !this.#refused.has(login)
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** For how long it has not been logged in, in ms; 0 while it is. */
  get loggedOutForMs(): number {
    return this.#loggedOutSinceMs === undefined ? 0 : this.#options.clock() - this.#loggedOutSinceMs
  }

  /** Up to when everything was certainly received, monotonic ms. */
  get heardAtMs(): number {
    return this.#stalls.certainUntil(this.#heardAtMs)
  }

  join(login: string): void {
    this.#wanted.add(login)
    this.#refused.delete(login)
    if (this.#isReady) this.#requestJoin(login)
  }

  part(login: string): void {
    this.#wanted.delete(login)
    this.#refused.delete(login)
    this.#joined.delete(login)
    this.#ejectedAtMs.delete(login)
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
    try {
      this.#token = await this.#options.token(this.#rejectedToken)
    } catch (error) {
      if (this.#isStopped) return
      this.#options.logger.error({ err: error }, 'no token to log in to Twitch with; trying again')
      this.#options.listeners.onLoginFailed('no_token')
      return this.#connectLater()
    }
    this.#options.loginLimiter.request(() => this.#open())
  }

  /** Opens a socket, which logs in; returns whether it did. */
  #open(): boolean {
    if (this.#isStopped) return false
    this.#client = new TwitchClient(this.#options.url, this.#token, {
      onLine: (line) => this.#onLine(line),
      onUnparsable: this.#options.listeners.onUnparsable,
      onClosed: (why) => this.#onClosed(why),
    })
    this.#awaitSign(this.#options.times.connectWithinMs)
    this.#client.connect()
    return true
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
    this.#loggedOutSinceMs ??= this.#options.clock()
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

  /** Ends the connection unless something is received in time. */
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
      this.#awaitSign(pongWithinMs)
      this.#client?.send('PING :still there?')
    }, pingAfterMs)
  }

  #onLine(line: IrcMessage): void {
    this.#onHeard()
    const login = line.channel.replace(/^#/, '')
    switch (line.command) {
      case '001':
        return this.#onReady(line.params[0] ?? '')
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
      case 'PART':
        if (line.prefix.nick === this.#nick) this.#onEjected(login)
        break
      case 'NOTICE':
        this.#onNotice(line, login)
        break
    }
    this.#options.listeners.onLine(line)
  }

  #onReady(nick: string): void {
    this.#nick = nick
    this.#isReady = true
    this.#loggedOutSinceMs = undefined
    this.#rejectedToken = undefined
    this.#onHeard()
    for (const login of this.#wanted) this.#requestJoin(login)
  }

  #onNotice(line: IrcMessage, login: string): void {
    const refusal = refusalOf(line)
    if (refusal !== undefined) {
      if (!this.#joined.has(login) && !this.#pendingJoins.has(login)) return
      this.#lose(login)
      this.#refuse(login, refusal)
    } else if (loginRejected.test(line.params.join(' '))) {
      this.#rejectedToken = this.#token
      this.#options.listeners.onLoginFailed('refused')
      this.#client?.close('Twitch refused the login')
    }
  }

  /** Twitch confirmed a PART. It answers one from here, unless the channel is still joined: then Twitch sent it by itself. */
  #onEjected(login: string): void {
    if (!this.#joined.has(login)) return
    const nowMs = this.#options.clock()
    const isAgain = nowMs - (this.#ejectedAtMs.get(login) ?? -Infinity) < ejectedAgainMs
    this.#ejectedAtMs.set(login, nowMs)
    this.#options.logger.warn({ channel: login }, 'Twitch put this client out of a channel')
    this.#lose(login)
    if (isAgain) this.#refuse(login, 'banned')
    else this.#requestJoin(login)
  }

  /** The channel is no longer received, though the connection is. */
  #lose(login: string): void {
    if (this.#joined.delete(login)) this.#options.listeners.onLost([login], this.#heardAtMs)
  }

  #refuse(login: string, why: Refusal): void {
    this.#clearPendingJoin(login)
    // A channel that is being handed over is left when it is lost.
    if (!this.#wanted.has(login)) return
    this.#refused.add(login)
    this.#options.listeners.onJoinFailed(login, why)
  }

  #requestJoin(login: string): void {
    const client = this.#client
    this.#options.joinLimiter.request(() => {
      if (client === undefined || client !== this.#client || !this.#isReady) return false
      if (!this.claims(login) || this.#joined.has(login) || this.#pendingJoins.has(login)) return false
      const timer = setTimeout(() => this.#refuse(login, 'not_found'), this.#options.times.joinWithinMs)
      // Before the line is sent: where that ends the connection, the timer ends with it.
      this.#pendingJoins.set(login, timer)
      client.send(`JOIN #${login}`)
      return true
    })
  }

  #confirmJoin(login: string, channelId: string | undefined): void {
    if (!this.#wanted.has(login)) return
    const isNews = !this.#joined.has(login)
    this.#clearPendingJoin(login)
    this.#refused.delete(login)
    this.#joined.add(login)
    this.#attempt = 0
    if (isNews || channelId !== undefined) this.#options.listeners.onJoined(login, channelId || undefined)
  }

  #clearPendingJoin(login: string): void {
    clearTimeout(this.#pendingJoins.get(login))
    this.#pendingJoins.delete(login)
  }
}
