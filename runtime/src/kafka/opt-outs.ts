import type { Kafka } from 'kafkajs'
import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
import { optOut, type OptOut } from '@chat-battle/contracts/records/opt-out'
import { optOutsTopic } from '@chat-battle/contracts/records/topics'
import type { Logger } from '../process/logger.ts'
import { startOwned } from '../process/owned.ts'
import type { PersonHash } from '../process/person-hash.ts'
import { prefixed, type KafkaSettings } from './client.ts'
import type { DeadLetters } from './dead-letters.ts'
import { readValues } from './value-reader.ts'

/** People whose hash is remembered; a hash takes about 4 µs. */
const maxRemembered = 50_000

/** The people who opted out, as the topic has them. */
export class OptOuts implements OptedOut {
  readonly #hash: PersonHash | undefined
  readonly #byAnonymousId = new Map<string, OptOut>()
  readonly #unknownSecrets = new Set<string>()
  readonly #names = new Map<string, Set<string>>()
  #remembered = new Map<string, string | undefined>()

  constructor(hash: PersonHash | undefined) {
    this.#hash = hash
  }

  get isEmpty(): boolean {
    return this.#byAnonymousId.size === 0
  }

  get size(): number {
    return this.#byAnonymousId.size
  }

  get(anonymousId: string): OptOut | undefined {
    return this.#byAnonymousId.get(anonymousId)
  }

  /** Everyone who opted out, by anonymous id. */
  entries(): Iterable<[anonymousId: string, OptOut]> {
    return this.#byAnonymousId
  }

  anonymousId(userId: string): string | undefined {
    if (this.#byAnonymousId.size === 0) return undefined
    this.requireSecrets()
    if (this.#remembered.has(userId)) return this.#remembered.get(userId)
    const found = this.#hash?.anonymousIds(userId).find((id) => this.#byAnonymousId.has(id))
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear()
    this.#remembered.set(userId, found)
    return found
  }

  hasName(name: string): boolean {
    if (this.#names.size === 0) return false
    return this.#hash?.nameHashes(name).some((hash) => this.#names.has(hash)) ?? false
  }

  /** Throws `SecretMissing` if a person opted out under a secret that is not in the settings. */
  requireSecrets(): void {
    if (this.#unknownSecrets.size > 0) throw new SecretMissing()
  }

  /** Takes over a record of the topic. */
  set(anonymousId: string, value: OptOut): void {
    this.delete(anonymousId)
    if (this.#hash?.secretIds.includes(value.secret_id) !== true) this.#unknownSecrets.add(anonymousId)
    this.#byAnonymousId.set(anonymousId, value)
    for (const hash of value.name_hashes) {
      const people = this.#names.get(hash) ?? new Set()
      this.#names.set(hash, people.add(anonymousId))
    }
    this.#remembered = new Map()
  }

  delete(anonymousId: string): void {
    for (const hash of this.#byAnonymousId.get(anonymousId)?.name_hashes ?? []) {
      const people = this.#names.get(hash)
      people?.delete(anonymousId)
      if (people?.size === 0) this.#names.delete(hash)
    }
    this.#byAnonymousId.delete(anonymousId)
    this.#unknownSecrets.delete(anonymousId)
    this.#remembered = new Map()
  }
}

export interface OptOutOptions {
  settings: KafkaSettings
  logger: Logger
  deadLetters: Pick<DeadLetters, 'keep'>
  /** Undefined: the settings have no secret. */
  hash: PersonHash | undefined
  /** Called for each record after those that existed at the start. */
  onChange?: () => void
}

/** Thrown where people opted out and the secret that recognizes them is missing: nothing may be stored or shown. */
class SecretMissing extends Error {
  constructor() {
    super(
      'people have opted out, and PERSON_HASH_SECRET does not have the secret that recognizes them: add it, after the present one',
    )
  }
}

/** Reads who opted out, and follows the topic. Resolves when all of it was read; rejects with `SecretMissing`. */
export function followOptOuts(
  kafka: Kafka,
  { settings, logger, deadLetters, hash, onChange }: OptOutOptions,
): Promise<{ optOuts: OptOuts } & AsyncDisposable> {
  return startOwned(async (owned) => {
    const optOuts = new OptOuts(hash)
    let isCaughtUp = false
    const topic = prefixed(settings, optOutsTopic.name)
    const reader = owned.use(
      await readValues(kafka, topic, optOut, logger, {
        onValue(value, { key }) {
          optOuts.set(key, value)
          if (isCaughtUp) onChange?.()
        },
        onDeleted: ({ key }) => optOuts.delete(key),
        onDeadLetter: deadLetters.keep,
      }),
    )
    await reader.caughtUp
    optOuts.requireSecrets()
    isCaughtUp = true
    return { optOuts }
  })
}
