import type { EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import { pictureSizes, type PictureSize } from '@chat-battle/contracts/rest/picture-path'
import type { EmoteSets } from './emote-sets.ts'
import { twitchEmoteId } from './seen-twitch-emotes.ts'

/** Which picture a request is for. */
export interface PictureRef {
  readonly provider: EmoteProvider
  readonly id: string
  readonly size: PictureSize
  /** One that does not move. */
  readonly isStill: boolean
}

/** Where a picture lies: below the address of the provider's CDN. */
export interface PictureSource {
  readonly provider: EmoteProvider
  /** Begins with a slash. Built from checked records only, never from a request. */
  readonly path: string
}

/** The source of a picture; undefined for an emote that no set has, or an id that Twitch does not give. */
export function pictureSourceOf(ref: PictureRef, sets: Pick<EmoteSets, 'find'>): PictureSource | undefined {
  const { provider, id, size, isStill } = ref
  if (provider === 'twitch') return twitchEmoteId.test(id) ? twitchSource(ref) : undefined
  const emote = sets.find(provider, id)
  if (emote === undefined) return undefined
  const hasStill = emote.is_animated && Object.keys(emote.still_files).length > 0
  const file = fileOf(isStill && hasStill ? emote.still_files : emote.files, size)
  return file === undefined ? undefined : { provider, path: `/${emote.folder}/${file}` }
}

const twitchScales: Record<PictureSize, string> = { '1x': '1.0', '2x': '2.0', '3x': '3.0', '4x': '3.0' }

/** https://dev.twitch.tv/docs/irc/emotes/#cdn-template */
function twitchSource({ id, size, isStill }: PictureRef): PictureSource {
  const format = isStill ? 'static' : 'default'
  return { provider: 'twitch', path: `/emoticons/v2/${id}/${format}/dark/${twitchScales[size]}` }
}

/** The file of a size, or of the next larger one, or of the largest. */
function fileOf(files: Readonly<Partial<Record<string, string>>>, size: PictureSize): string | undefined {
  const wanted = pictureSizes.indexOf(size) + 1
  const scales = Object.keys(files)
    .map(Number)
    .sort((a, b) => a - b)
  const scale = scales.find((each) => each >= wanted) ?? scales.at(-1)
  return scale === undefined ? undefined : files[scale]
}
