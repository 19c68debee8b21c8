import { z } from '../zod.ts'
import { emoteProvider, type EmoteProvider } from '../records/chat-event.ts'

/** How many times larger than the smallest picture, about 28 pixels high. */
export const pictureSizes = ['1x', '2x', '3x', '4x'] as const
export type PictureSize = (typeof pictureSizes)[number]

/** Parameters of `GET /emotes/:provider/:id/:size`. Twitch's ids are numbers or `emotesv2_…`. */
export const pictureParameters = z.object({
  provider: emoteProvider,
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  size: z.enum(pictureSizes),
})

/**
 * Where the gateway serves the picture of an emote. An absent size is the next larger one, or the largest. `isStill`: a picture that
 * does not move.
 */
export function picturePath(
  provider: EmoteProvider,
  id: string,
  size: PictureSize = '1x',
  isStill = false,
): string {
  return `/emotes/${provider}/${encodeURIComponent(id)}/${size}${isStill ? '?static=1' : ''}`
}
