import type { IncomingMessage, ServerResponse } from 'node:http'
import { bttv, ffz, sevenTv } from './api-answers.ts'
import { providers, type EmoteSets, type Provider } from './emote-sets.ts'
import { answerBy, type Answer, type Mode } from './failures.ts'
import { drawPicture, mediaTypes, type PictureFormat } from './pictures.ts'

/** The doors of the stand-in: the API and the CDN of each provider, and Twitch's CDN of emotes. */
export const doors = [
  '7tv-api',
  'bttv-api',
  'ffz-api',
  '7tv-cdn',
  'bttv-cdn',
  'ffz-cdn',
  'twitch-cdn',
] as const
export type Door = (typeof doors)[number]

/** The settings with which services use the stand-in at `baseUrl`. */
export function emoteSettings(baseUrl: string): Record<string, string> {
  return {
    SEVENTV_API_URL: `${baseUrl}/7tv-api/v3`,
    BTTV_API_URL: `${baseUrl}/bttv-api/3`,
    FFZ_API_URL: `${baseUrl}/ffz-api/v1`,
    SEVENTV_CDN_URL: `${baseUrl}/7tv-cdn`,
    BTTV_CDN_URL: `${baseUrl}/bttv-cdn`,
    FFZ_CDN_URL: `${baseUrl}/ffz-cdn`,
    TWITCH_EMOTE_CDN_URL: `${baseUrl}/twitch-cdn`,
  }
}

/** Requests that are remembered: the newest. */
const maxRequests = 10_000

/** Stands in for the APIs and CDNs of 7TV, BetterTTV and FrankerFaceZ and for Twitch's CDN, each below a path of its own. */
export class EmoteStandIn {
  /** Changes take effect with the next request. */
  readonly sets: Record<Provider, EmoteSets> = { '7tv': new Map(), bttv: new Map(), ffz: new Map() }
  /** Logins that a channel names as bots at BetterTTV, by channel id. */
  readonly bttvBots = new Map<string, readonly string[]>()
  /** User ids with a channel's bot badge of FrankerFaceZ, by channel id. */
  readonly ffzBotIds = new Map<string, readonly number[]>()
  /** How an account's set is sent; see `SevenTvOptions`. */
  sevenTvShape: 'old' | 'new' = 'new'
  /** The newest requests, in order. `path` is without the door. */
  readonly requests: { door: Door; path: string }[] = []
  readonly #modes = new Map<Door, Mode>()

  setMode(door: Door, mode: Mode): void {
    this.#modes.set(door, mode)
  }

  /** Replaces what it has of each provider and channel in `sets`. */
  addSets(sets: Readonly<Record<Provider, EmoteSets>>): void {
    for (const provider of providers)
      for (const [channel, emotes] of sets[provider]) this.sets[provider].set(channel, emotes)
  }

  /** Whether a request is for one of the doors; it is answered then. */
  answers(request: IncomingMessage, response: ServerResponse): boolean {
    const { pathname } = new URL(request.url ?? '/', 'http://stand-in')
    const door = doors.find((each) => pathname.startsWith(`/${each}/`))
    if (door === undefined) return false
    const path = pathname.slice(door.length + 1)
    this.requests.push({ door, path })
    if (this.requests.length > maxRequests) this.requests.shift()
    const mode = this.#modes.get(door) ?? 'ok'
    void answerBy(mode, response, this.#answer(door, path))
    return true
  }

  #answer(door: Door, path: string): Answer | undefined {
    if (door.endsWith('-cdn')) return pictureAt(door, path)
    const body = this.#apiAnswer(door, path)
    return body === undefined
      ? undefined
      : { type: 'application/json', body: Buffer.from(JSON.stringify(body)) }
  }

  #apiAnswer(door: Door, path: string): unknown {
    if (door === '7tv-api') return sevenTv(path, { sets: this.sets['7tv'], shape: this.sevenTvShape })
    if (door === 'bttv-api') return bttv(path, { sets: this.sets.bttv, bots: this.bttvBots })
    return ffz(path, { sets: this.sets.ffz, botIds: this.ffzBotIds })
  }
}

/** Path patterns of the CDNs, with the groups `id`, `scale` and `format`. A CDN has a picture of every id. */
const picturePaths: Readonly<Record<string, RegExp>> = {
  '7tv-cdn': /^\/emote\/(?<id>[0-9A-Za-z]+)\/(?<scale>[1-4])x(?<still>_static)?\.(?<format>webp)$/,
  'bttv-cdn': /^\/emote\/(?<id>[0-9a-f]+)\/(?<still>static\/)?(?<scale>[1-3])x\.(?<format>webp)$/,
  'ffz-cdn': /^\/emote\/(?<id>[0-9]+)\/(?<animated>animated\/)?(?<scale>[124])(\.(?<format>webp))?$/,
  'twitch-cdn':
    /^\/emoticons\/v2\/(?<id>\w+)\/(default|(?<still>static)|(?<animated>animated))\/(dark|light)\/(?<scale>[123])\.0$/,
}

function pictureAt(door: Door, path: string): Answer | undefined {
  const groups = picturePaths[door]?.exec(path)?.groups
  if (groups === undefined) return undefined
  const { id = '', scale, still, animated } = groups
  // Of 7TV and BetterTTV one path serves both kinds.
  const isAnimated = animated !== undefined || (/^(7tv|bttv)/.test(door) && still === undefined)
  const format: PictureFormat = groups.format === 'webp' ? 'webp' : isAnimated ? 'gif' : 'png'
  const size = 28 * Number(scale)
  return { type: mediaTypes[format], body: drawPicture({ seed: id, size, format, isAnimated }) }
}
