import { createHash } from 'node:crypto'
import { Recent } from '../collections/recent.ts'
import type { PictureSource } from '../emotes/picture-source.ts'
import type { Fetched, PictureFetcher } from './picture-fetcher.ts'
import type { PictureFiles, StoredPicture } from './picture-files.ts'
import { pictureTypeOf } from './picture-type.ts'

/** A picture is fetched again after so long, in case its provider took it away. Until then, and during outages, the copy serves. */
export const freshMs = 24 * 60 * 60 * 1000
/** A picture that a provider does not have, or that failed, is not fetched again for so long. */
export const missingForMs = 60 * 60 * 1000
export const failedForMs = 30_000
const maxRefusals = 10_000

export interface Picture {
  readonly result: 'picture'
  readonly bytes: Buffer
  readonly type: string
  /** Quoted, as in the header. */
  readonly etag: string
}

export type PictureAnswer = Picture | { readonly result: 'missing' | 'failed' }

/** Where an answer came from: a label of the metric. */
export const pictureOrigins = ['disk', 'stale', 'fetched', 'missing', 'failed', 'unknown'] as const
export type PictureOrigin = (typeof pictureOrigins)[number]

export interface PicturesOptions {
  files: Pick<PictureFiles, 'read' | 'write' | 'delete'>
  fetcher: Pick<PictureFetcher, 'fetch'>
  onAnswer?: (origin: PictureOrigin) => void
  /** Epoch ms. */
  now?: () => number
}

/** Pictures of emotes: from the disk, else from their provider. At most one request per picture is under way. */
export class Pictures {
  readonly #options: PicturesOptions
  readonly #now: () => number
  readonly #underWay = new Map<string, Promise<PictureAnswer>>()
  /** Refused pictures by key, in the order of their refusal. */
  readonly #refused = new Recent<{ result: 'missing' | 'failed'; untilMs: number }>(maxRefusals)

  constructor(options: PicturesOptions) {
    this.#options = options
    this.#now = options.now ?? (() => Date.now())
  }

  /** Never rejects. */
  async get(source: PictureSource): Promise<PictureAnswer> {
    const key = keyOf(source)
    const { picture, isFresh } = await this.#stored(key)
    if (picture !== undefined) {
      this.#options.onAnswer?.(isFresh ? 'disk' : 'stale')
      if (!isFresh && this.#refusal(key) === undefined) void this.#fetchOnce(key, source)
      return picture
    }
    const answer = this.#refusal(key) ?? (await this.#fetchOnce(key, source))
    this.#options.onAnswer?.(answer.result === 'picture' ? 'fetched' : answer.result)
    return answer
  }

  /** A copy on the disk, whether its emote is known or not. */
  async stored(source: PictureSource): Promise<Picture | undefined> {
    const { picture } = await this.#stored(keyOf(source))
    if (picture !== undefined) this.#options.onAnswer?.('disk')
    return picture
  }

  /** Counts a request for an emote that nothing known has. */
  onUnknown(): PictureAnswer {
    this.#options.onAnswer?.('unknown')
    return { result: 'missing' }
  }

  async #stored(key: string): Promise<{ picture: Picture | undefined; isFresh: boolean }> {
    const stored = await this.#options.files.read(key)
    const isFresh = stored !== undefined && Math.abs(this.#now() - stored.fetchedAtMs) < freshMs
    return { picture: stored && pictureOf(stored), isFresh }
  }

  #refusal(key: string): PictureAnswer | undefined {
    const refused = this.#refused.get(key)
    if (refused !== undefined && this.#now() < refused.untilMs) return { result: refused.result }
    this.#refused.delete(key)
    return undefined
  }

  #fetchOnce(key: string, source: PictureSource): Promise<PictureAnswer> {
    const known = this.#underWay.get(key)
    if (known !== undefined) return known
    const fetching = this.#fetch(key, source).finally(() => this.#underWay.delete(key))
    this.#underWay.set(key, fetching)
    return fetching
  }

  async #fetch(key: string, source: PictureSource): Promise<PictureAnswer> {
    const fetched = await this.#options.fetcher.fetch(source)
    const picture = await this.#keep(key, fetched)
    return picture ?? this.#refuse(key, fetched.result === 'missing' ? 'missing' : 'failed')
  }

  async #keep(key: string, fetched: Fetched): Promise<Picture | undefined> {
    const { files } = this.#options
    if (fetched.result === 'missing') await files.delete(key)
    if (fetched.result !== 'picture') return undefined
    const stored = { bytes: fetched.bytes, fetchedAtMs: this.#now() }
    await files.write(key, stored)
    return pictureOf(stored)
  }

  #refuse(key: string, result: 'missing' | 'failed'): PictureAnswer {
    const untilMs = this.#now() + (result === 'missing' ? missingForMs : failedForMs)
    this.#refused.set(key, { result, untilMs })
    return { result }
  }
}

function keyOf({ provider, path }: PictureSource): string {
  return `${provider} ${path}`
}

function pictureOf({ bytes }: StoredPicture): Picture | undefined {
  const type = pictureTypeOf(bytes)
  if (type === undefined) return undefined
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { result: 'picture', bytes, type, etag }
}
