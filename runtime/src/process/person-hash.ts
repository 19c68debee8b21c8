import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { anonymousPrefix } from '@chat-battle/contracts/records/opt-out'

const minSecretLength = 32
/** 128 bits: two people share an id with a probability of 1 in 10^20 among a billion. */
const hashLength = 32

/** The setting of the services that replace people by anonymous ids. */
export const personHashSettings = {
  PERSON_HASH_SECRET: z
    .string()
    .refine(
      (text) => secretsIn(text).every(({ length }) => length >= minSecretLength),
      `expected at least ${minSecretLength} characters per secret`,
    )
    .optional()
    .describe(
      'Secret of the keyed hash that stands for people who opted out or were moderated, at least 32 characters, the same for ingest, processor and gateway. To rotate it, write the new secret before the former ones, separated by commas. Default: none, and no person can opt out. The local start creates one.',
    ),
}

/** Replaces ids and names of people by keyed hashes (HMAC-SHA-256). The first secret makes new ones, the others are former ones. */
export class PersonHash {
  readonly #secrets: readonly string[]

  constructor(secrets: readonly [string, ...string[]]) {
    this.#secrets = secrets
  }

  /** The anonymous id that replaces a user id. */
  anonymousId(userId: string): string {
    return this.anonymousIds(userId)[0] ?? ''
  }

  /** The anonymous ids that the secrets have given to a person, the present one first. */
  anonymousIds(userId: string): string[] {
    return this.#secrets.map((secret) => anonymousPrefix + hash(secret, `user ${userId}`))
  }

  /** Identifies a secret without revealing it, the present one first. */
  get secretIds(): string[] {
    return this.#secrets.map((secret) => hash(secret, 'secret').slice(0, 8))
  }

  nameHash(name: string): string {
    return this.nameHashes(name)[0] ?? ''
  }

  nameHashes(name: string): string[] {
    return this.#secrets.map((secret) => hash(secret, `name ${name.toLowerCase()}`))
  }
}

/** The hash of the settings; undefined without a secret. */
export function personHashOf(settings: {
  readonly PERSON_HASH_SECRET?: string | undefined
}): PersonHash | undefined {
  const [first, ...former] = secretsIn(settings.PERSON_HASH_SECRET ?? '')
  return first === undefined ? undefined : new PersonHash([first, ...former])
}

function secretsIn(text: string): string[] {
  return text
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
}

function hash(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex').slice(0, hashLength)
}
