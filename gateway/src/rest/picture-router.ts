import { Router, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { pictureParameters } from '@chat-battle/contracts/rest/picture-path'
import { pictureSourceOf, type PictureRef } from '../emotes/picture-source.ts'
import type { Picture, PictureAnswer, Pictures } from '../pictures/pictures.ts'
import { RequestRefused } from '../refusal.ts'
import type { RestContext } from './endpoint.ts'
import { refuseOtherMethods } from './errors.ts'

export interface PictureRouterOptions extends Pick<RestContext, 'emoteSets' | 'twitchEmotes'> {
  pictures: Pick<Pictures, 'get' | 'stored' | 'onUnknown'>
  isReady: () => boolean
}

/** An id always has the same picture, and browsers need not have it again while the gateway is away. */
const cacheControl = 'public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800'
/** A picture is shown in pages, also of other origins, and is never a page of its own. */
const pictureHeaders = {
  'cache-control': cacheControl,
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
}

const input = pictureParameters.extend({ static: z.enum(['0', '1']).default('0') })

/** Pictures of emotes: of the ids in the emote sets, and of Twitch's that a record of chat had or that are on the disk. */
export function createPictureRouter(options: PictureRouterOptions): Router {
  const router = Router()
  router
    .route('/:provider/:id/:size')
    .get(answerPicture(options))
    .all(refuseOtherMethods(['GET']))
  return router
}

function answerPicture(options: PictureRouterOptions): RequestHandler {
  return async (request, response) => {
    const ref = readRef({ ...request.params, static: request.query.static })
    if (!options.isReady()) {
      throw new RequestRefused('not_ready', 'the gateway is starting or stopping; try again in a few seconds')
    }
    const answer = await pictureOf(ref, options)
    if (answer.result === 'picture') return send(response, answer, request.headers['if-none-match'])
    throw answer.result === 'missing'
      ? new RequestRefused('picture_not_found', 'no emote set and no chat that was read has this emote')
      : new RequestRefused('picture_unavailable', `no picture from ${ref.provider}; try again in a minute`)
  }
}

function readRef(given: Readonly<Record<string, unknown>>): PictureRef {
  const read = input.safeParse(given)
  if (!read.success) {
    throw new RequestRefused(
      'malformed_request',
      'expected /emotes/{twitch|7tv|bttv|ffz}/{id}/{1x|2x|3x|4x}, and ?static=1 for a picture that does not move',
    )
  }
  const { static: isStill, ...ref } = read.data
  return { ...ref, isStill: isStill === '1' }
}

async function pictureOf(ref: PictureRef, options: PictureRouterOptions): Promise<PictureAnswer> {
  const { emoteSets, twitchEmotes, pictures } = options
  const source = pictureSourceOf(ref, emoteSets)
  if (source === undefined) return pictures.onUnknown()
  if (ref.provider !== 'twitch' || twitchEmotes.has(ref.id)) return pictures.get(source)
  return (await pictures.stored(source)) ?? pictures.onUnknown()
}

function send(response: Response, { bytes, type, etag }: Picture, known: string | undefined): void {
  response.set({ ...pictureHeaders, etag })
  if (known !== undefined && known.split(',').some((each) => each.trim().replace(/^W\//, '') === etag)) {
    return void response.status(304).end()
  }
  response
    .status(200)
    .set({ 'content-type': type, 'content-length': String(bytes.length) })
    .end(bytes)
}
