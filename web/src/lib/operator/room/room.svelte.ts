import type { DeadLetter } from '@chat-battle/contracts/records/dead-letter'
import { CallFailed } from '@chat-battle/contracts/rest/call-route'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import type { Pipeline } from '@chat-battle/contracts/rest/routes/get-pipeline'
import type { Storage } from '@chat-battle/contracts/rest/routes/get-storage'
import type { EmoteSetList } from '@chat-battle/contracts/rest/routes/list-emote-sets'
import type { LeaseList } from '@chat-battle/contracts/rest/routes/list-leases'
import type { OptOutList } from '@chat-battle/contracts/rest/routes/list-opt-outs'
import type { OptOutJob } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { ModerationLog } from './moderation-log.svelte.ts'
import { Part } from './part.svelte.ts'
import type { RoomCalls } from './room-calls.ts'

const pipelineMs = 5000
const channelsMs = 5000
const emoteSetsMs = 10_000
/** The gateway reads the topic for each answer. */
const deadLettersMs = 30_000
const storageMs = 60_000
const optOutsMs = 10_000
/** While a removal runs. */
const runningMs = 2000

export interface RoomOptions {
  calls: RoomCalls
  onUnauthorized: () => void
}

/** The operator's room: parts that are read, and fail, apart from each other. */
export class Room {
  readonly pipeline: Part<Pipeline>
  readonly channels: Part<LeaseList>
  readonly emoteSets: Part<EmoteSetList>
  readonly deadLetters: Part<DeadLetter[]>
  readonly moderation: ModerationLog
  readonly storage: Part<Storage>
  readonly optOuts: Part<OptOutList>
  readonly #options: RoomOptions

  constructor(options: RoomOptions) {
    this.#options = options
    const { calls, onUnauthorized } = options
    const part = <T>(fetch: () => Promise<T>, everyMs: (answer: T | null) => number) =>
      new Part({ fetch, everyMs, onUnauthorized })
    this.pipeline = part(calls.pipeline, () => pipelineMs)
    this.channels = part(calls.channels, () => channelsMs)
    this.emoteSets = part(calls.emoteSets, () => emoteSetsMs)
    this.deadLetters = part(calls.deadLetters, () => deadLettersMs)
    this.moderation = new ModerationLog({
      call: calls.moderation,
      firstChannel: () => this.logins[0],
      onUnauthorized,
    })
    this.storage = part(calls.storage, () => storageMs)
    this.optOuts = part(calls.optOuts, (list) => (list?.running === 0 ? optOutsMs : runningMs))
  }

  /** The channels that are listed, by login. */
  get logins(): string[] {
    return (this.channels.answer?.channels ?? []).map((each) => each.channel_login).sort()
  }

  /** Reads every part until the returned function is called. */
  start(isHidden?: () => boolean): () => void {
    const ends = this.#parts.map((part) => part.start(isHidden))
    return () => ends.forEach((end) => end())
  }

  /** Reads every part once more. */
  async read(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.read()))
  }

  /** Lets a person opt out; `person`: a numeric id, or a login. Returns why not. */
  async optOut(person: string): Promise<OptOutJob | { error: RequestError | null }> {
    try {
      const job = await this.#options.calls.optOut(person)
      await this.optOuts.read()
      return job
    } catch (error) {
      const refusal = error instanceof CallFailed ? (error.error ?? null) : null
      if (refusal?.kind === 'unauthorized') this.#options.onUnauthorized()
      return { error: refusal }
    }
  }

  get #parts(): readonly { start: Part<unknown>['start']; read: Part<unknown>['read'] }[] {
    return [
      this.pipeline,
      this.channels,
      this.emoteSets,
      this.deadLetters,
      this.moderation.part,
      this.storage,
      this.optOuts,
    ]
  }
}
