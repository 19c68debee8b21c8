import type { IrcMessage } from '@tmi.js/irc-parser'
import { backoffMs } from './backoff.ts'
import { ChannelJoins } from './channel-joins.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { refusalOf } from './refusal.ts'
import { StallWatch } from './stall-watch.ts'
import { TwitchClient } from './twitch-client.ts'

const loginRejected = /Login authentication failed|Improperly formatted auth|Login unsuccessful/

type State = 'connecting' | 'ready' | 'waiting' | 'stopped'

/** Keeps one connection to Twitch alive and its channels joined. It has at most one socket at a time. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #joins: ChannelJoins
  readonly #stalls: StallWatch
  #state: State = 'connecting'
  #client: TwitchClient | undefined
  /** This client's name, from the server's welcome. */
  #nick = ''
  #attempt = 0
  #receivedAtMs = 0
  #loggedOutSinceMs: number | undefined
  #token: string | undefined
  #rejectedToken: string | undefined
  #silenceTimer: NodeJS.Timeout | undefined
  #retryTimer: NodeJS.Timeout | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#loggedOutSinceMs = options.clock()
    this.#joins = new ChannelJoins({
      ...options,
      sender: () => (this.isReady ? (line) => this.#client?.send(line) : undefined),
      receivedAtMs: () => this.#receivedAtMs,
    })
    this.#stalls = new StallWatch(options.clock, (text) => {
      if (this.isReady) this.#client?.send(`PING :${text}`)
    })
    void this.#connect()
  }

  get channels(): ReadonlySet<string> {
    return this.#joins.wanted
  }

  /** How many channels are joined or about to be. */
  get claimedChannels(): number {
    return this.#joins.claimedCount
  }

  /** Whether the channel is joined or about to be. */
  claims(login: string): boolean {
    return this.#joins.claims(login)
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** How long this connection has been logged out, in ms; 0 while it is logged in. */
  get loggedOutForMs(): number {
    return this.#loggedOutSinceMs === undefined ? 0 : this.#options.clock() - this.#loggedOutSinceMs
  }

  /** Until when everything was certainly received, monotonic ms. */
  get coveredUntilMs(): number {
    return this.#stalls.coveredUntil(this.#receivedAtMs)
  }

  join(login: string): void {
    this.#joins.join(login)
  }

  part(login: string): void {
    this.#joins.part(login)
  }

  stop(): void {
    this.#state = 'stopped'
    this.#stalls.stop()
    clearTimeout(this.#retryTimer)
    this.#client?.close()
  }

  async #connect(): Promise<void> {
    this.#setState('connecting')
    try {
      this.#token = await this.#options.token(this.#rejectedToken)
    } catch (error) {
      if (this.#state === 'stopped') return
      this.#options.logger.error({ err: error }, 'no access token for Twitch, trying again')
      this.#options.listeners.onLoginFailed('no_token')
      return this.#connectLater()
    }
    this.#options.loginLimiter.request(() => this.#open())
  }

  /** Opens a socket, which logs in. Returns whether it used the turn of the login limiter. */
  #open(): boolean {
    if (this.#state === 'stopped') return false
    this.#client = new TwitchClient(this.#options.url, this.#token, {
      onLine: (line) => this.#onLine(line),
      onUnparsable: this.#options.listeners.onUnparsable,
      onClosed: (why) => this.#onClosed(why),
    })
    this.#closeAfterSilence(this.#options.times.connectWithinMs)
    this.#client.connect()
    return true
  }

  #connectLater(): void {
    if (this.#state === 'stopped') return
    this.#setState('waiting')
    this.#retryTimer = setTimeout(() => void this.#connect(), backoffMs(this.#attempt++))
  }

  #onClosed(why: string): void {
    clearTimeout(this.#silenceTimer)
    this.#client = undefined
    this.#setState('waiting')
    const lost = this.#joins.onClosed()
    this.#loggedOutSinceMs ??= this.#options.clock()
    if (lost.length > 0) this.#options.listeners.onLost(lost, this.coveredUntilMs)
    this.#stalls.reset()
    if (this.#state === 'stopped') return
    this.#options.logger.warn({ why, channels: lost.length }, 'Twitch connection lost, reconnecting')
    this.#options.listeners.onReconnect()
    this.#connectLater()
  }

  #closeAfterSilence(withinMs: number): void {
    clearTimeout(this.#silenceTimer)
    this.#silenceTimer = setTimeout(() => {
      this.#client?.close(`nothing received from Twitch for ${withinMs} ms`)
    }, withinMs)
  }

  #onReceived(): void {
    this.#stalls.check()
    this.#receivedAtMs = this.#options.clock()
    if (!this.isReady) return
    const { pingAfterMs, pongWithinMs } = this.#options.times
    clearTimeout(this.#silenceTimer)
    this.#silenceTimer = setTimeout(() => {
      this.#closeAfterSilence(pongWithinMs)
      this.#client?.send('PING :still there?')
    }, pingAfterMs)
  }

  #onLine(line: IrcMessage): void {
    this.#onReceived()
    const login = line.channel.replace(/^#/, '')
    switch (line.command) {
      case '001':
        return this.#onReady(line.params[0] ?? '')
      case 'RECONNECT':
        this.#attempt = 0
        return this.#client?.close('Twitch requested a reconnect')
      case 'PONG':
        this.#stalls.onPong(line.params.at(-1) ?? '')
        break
      case 'ROOMSTATE':
        this.#onConfirmed(login, line.rawTags['room-id'])
        break
      case '366':
        this.#onConfirmed((line.params[1] ?? '').replace(/^#/, ''), undefined)
        break
      case 'PART':
        if (line.prefix.nick === this.#nick) this.#joins.onParted(login)
        break
      case 'NOTICE':
        this.#onNotice(line, login)
        break
    }
    this.#options.listeners.onLine(line)
  }

  #onReady(nick: string): void {
    this.#nick = nick
    this.#setState('ready')
    this.#loggedOutSinceMs = undefined
    this.#rejectedToken = undefined
    this.#onReceived()
    this.#joins.onReady()
  }

  #onConfirmed(login: string, channelId: string | undefined): void {
    if (this.#joins.onConfirmed(login, channelId)) this.#attempt = 0
  }

  #onNotice(line: IrcMessage, login: string): void {
    const refusal = refusalOf(line)
    if (refusal !== undefined) this.#joins.onRefused(login, refusal)
    else if (loginRejected.test(line.params.join(' '))) {
      this.#rejectedToken = this.#token
      this.#options.listeners.onLoginFailed('refused')
      this.#client?.close('Twitch refused the login')
    }
  }

  /** `stopped` is final. */
  #setState(state: State): void {
    if (this.#state !== 'stopped') this.#state = state
  }
}
