import { setTimeout as delay } from 'node:timers/promises'
import type { ChatMessages } from '@chat-battle/contracts/live/down'
import type { ReplayControl, ReplaySpeed, ReplayState } from '@chat-battle/contracts/live/replay'
import type { Moment } from '@chat-battle/contracts/records/moment'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import { RequestRefused } from '../refusal.ts'
import { ArrivalStore } from './arrival-store.ts'
import { isArchiveAway, maxAwayMs, patiently } from './patiently.ts'
import { ReplayClock } from './replay-clock.ts'
import { ReplayMoments } from './replay-moments.ts'
import { ReplayMessages } from './replay-messages.ts'
import type { ReplayOptions } from './replay-options.ts'
import { ReplayTrack } from './replay-track.ts'

/** As live: at most ten frames per second and window. */
const turnMs = 100
const stateEveryMs = 1000
/** After a jump the messages of so long before are sent, as far as there is place. */
const beforeJumpMs = 60_000

type StateName = ReplayState['state']

/** A stretch of archived chat for one client, at a speed. Everything of a turn is sent before the position moves on. */
export class Replay {
  readonly #options: ReplayOptions
  readonly #tracks: readonly ReplayTrack[]
  readonly #messages: readonly ReplayMessages[]
  readonly #moments: readonly ReplayMoments[]
  readonly #clock: ReplayClock
  readonly #now: () => number
  readonly #stopped = new AbortController()
  #speed: ReplaySpeed
  #state: StateName = 'waiting'
  #error: RequestError | null = null
  /** Everything up to here was sent. */
  #sentTo: number
  #stateSentAtMs = -Infinity
  #awaySinceMs: number | undefined
  /** Turns and jumps, one after the other. */
  #work: Promise<unknown> = Promise.resolve()

  constructor(options: ReplayOptions) {
    const { from, to, archive, budget, channels, showsTexts, now = () => performance.now() } = options
    this.#options = options
    this.#now = now
    this.#speed = options.speed
    this.#sentTo = from
    this.#clock = new ReplayClock(from, options.speed, now())
    this.#tracks = channels.map(
      (channel) =>
        new ReplayTrack(
          channel,
          { from, to },
          new ArrivalStore(archive, budget, channel.id),
          options.personHash,
        ),
    )
    this.#moments = channels.map((channel) => new ReplayMoments(archive, channel, showsTexts))
    this.#messages = showsTexts ? channels.map(({ id }) => new ReplayMessages(archive, id)) : []
  }

  /** Sends the state where it begins, and plays from there. Throws `RequestRefused`. */
  async start(): Promise<void> {
    const { from, to, at = from } = this.#options
    await this.#patiently(() => Promise.all(this.#moments.map((moments) => moments.read(from, to))))
    await this.#exclusively(() => this.#jump(at))
    void this.#run()
  }

  /** Throws `RequestRefused`. */
  async control({ action, at, speed }: ReplayControl): Promise<void> {
    if (action === 'stop') return this.stop()
    if (this.#state === 'failed')
      throw new RequestRefused('malformed_request', 'the replay has failed; start it again')
    if (action === 'seek') {
      const { from, to } = this.#options
      if (at === undefined || at < from || at >= to)
        throw new RequestRefused('malformed_request', `at: a time in the replay's range, ${from} to ${to}`)
      return this.#exclusively(() => this.#jump(at))
    }
    if (action === 'speed') {
      if (speed === undefined) throw new RequestRefused('malformed_request', 'speed: 1, 2, 5 or 20')
      this.#speed = speed
      this.#clock.setSpeed(speed, this.#now())
    } else this.#clock.setRunning(action === 'resume', this.#now())
    this.#show(this.#runningState, true)
  }

  stop(): void {
    this.#stopped.abort()
    for (const track of this.#tracks) track.close()
  }

  get #runningState(): StateName {
    if (this.#state === 'ended') return 'ended'
    return this.#clock.isRunning ? 'playing' : 'paused'
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      await this.#exclusively(() => this.#turn())
      await delay(turnMs, undefined, { signal }).catch(() => undefined)
    }
  }

  #exclusively(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => undefined)
    return done
  }

  async #jump(toMs: number): Promise<void> {
    const since = Math.max(0, toMs - beforeJumpMs)
    const reads = () =>
      Promise.all([
        Promise.all(this.#tracks.map((track) => track.prepareJump(toMs))),
        this.#readMessages(since, toMs),
      ])
    const [jumps, messages] = await this.#patiently(reads)
    for (const jump of jumps) await jump()
    await this.#send(toMs, messages, [])
    this.#sentTo = toMs
    this.#clock.set(toMs, this.#now())
    this.#state = 'playing'
    this.#show(this.#runningState, true)
  }

  /** As `patiently`. If it fails, the state is as before. */
  async #patiently<T>(read: () => Promise<T>): Promise<T> {
    const [state, now, { signal }] = [this.#state, this.#now, this.#stopped]
    try {
      return await patiently(read, { signal, now, onWait: () => this.#show('waiting') })
    } catch (error) {
      if (this.#state !== state) this.#show(state)
      throw error
    }
  }

  async #turn(): Promise<void> {
    if (this.#stopped.signal.aborted || this.#state === 'ended' || this.#state === 'failed') return
    const { sink } = this.#options
    const lastMs = this.#options.to - 1
    const dueMs = this.#clock.at(this.#now())
    try {
      const readyMs = await this.#readAhead()
      // A client that reads slowly, or an archive that answers slowly, holds the position.
      const atMs = sink.isWritable ? Math.min(dueMs, readyMs - 1, lastMs) : this.#sentTo
      if (atMs > this.#sentTo) await this.#play(atMs)
      this.#sentTo = Math.max(this.#sentTo, atMs)
      if (atMs < dueMs) this.#clock.set(this.#sentTo, this.#now())
      this.#awaySinceMs = undefined
      if (this.#sentTo >= lastMs) await this.#end()
      else this.#show(this.#clock.isRunning && readyMs - 1 <= this.#sentTo ? 'waiting' : this.#runningState)
    } catch (error) {
      this.#clock.set(this.#sentTo, this.#now())
      this.#waitOrFail(error)
    }
  }

  /** Returns up to where every channel's records are read. */
  async #readAhead(): Promise<number> {
    const reading = this.#tracks.map((track) => track.readAhead(this.#sentTo))
    // While there is enough for the next turn, the next window is read beside it.
    const readyMs = Math.min(...this.#tracks.map(({ readyUntil }) => readyUntil))
    const all = Promise.all(reading)
    if (readyMs > this.#sentTo + turnMs * this.#speed) all.catch(() => undefined)
    else await all
    return Math.min(...this.#tracks.map(({ readyUntil }) => readyUntil))
  }

  #readMessages(sinceMs: number, toMs: number): Promise<(ChatMessages | undefined)[]> {
    return Promise.all(this.#messages.map((messages) => messages.between(sinceMs, toMs)))
  }

  /** Everything is read before anything is sent: an archive that is away leaves the position where it was. */
  async #play(toMs: number): Promise<void> {
    const [messages, moments] = await Promise.all([
      this.#readMessages(this.#sentTo, toMs),
      Promise.all(this.#moments.map((each) => each.between(this.#sentTo, toMs))),
    ])
    await this.#send(toMs, messages, moments)
  }

  /** Sends what changed up to a position, and messages and moments by channel. */
  async #send(
    toMs: number,
    messages: readonly (ChatMessages | undefined)[],
    moments: readonly (readonly Moment[])[],
  ): Promise<void> {
    const { sink } = this.#options
    for (const [index, track] of this.#tracks.entries()) {
      await track.advance(toMs)
      const status = track.takeStatus()
      if (status !== undefined) sink.send('status', status, track.channelId)
      for (const frame of track.takeFrames()) sink.send('stats', frame, track.channelId)
      for (const moment of moments[index] ?? []) sink.send('moment', moment, track.channelId)
      const texts = messages[index]
      if (texts !== undefined) sink.send('messages', texts, track.channelId)
    }
  }

  async #end(): Promise<void> {
    for (const track of this.#tracks)
      for (const frame of await track.takeLastFrames())
        this.#options.sink.send('stats', frame, track.channelId)
    this.#show('ended')
  }

  #waitOrFail(error: unknown): void {
    this.#awaySinceMs ??= this.#now()
    if (isArchiveAway(error) && this.#now() - this.#awaySinceMs < maxAwayMs) return this.#show('waiting')
    if (!(error instanceof RequestRefused)) this.#options.logger.error({ err: error }, 'replay failed')
    this.#error =
      error instanceof RequestRefused
        ? error.toBody()
        : { kind: 'internal', message: 'the gateway failed; start again' }
    this.#show('failed')
  }

  #show(state: StateName, isChange = state !== this.#state): void {
    const nowMs = this.#now()
    if (!isChange && nowMs < this.#stateSentAtMs + stateEveryMs) return
    this.#state = state
    this.#stateSentAtMs = nowMs
    const { id, sink } = this.#options
    sink.send('replay_state', {
      replay_id: id,
      state,
      at: this.#sentTo,
      speed: this.#speed,
      error: this.#error,
    })
  }
}
