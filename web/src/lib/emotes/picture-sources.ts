import type { EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import { picturePath, pictureSizes } from '@chat-battle/contracts/rest/picture-path'

export interface Emote {
  readonly id: string
  readonly name: string
  readonly provider: EmoteProvider
}

/** Height of the smallest picture, CSS pixels. */
const smallestPx = 28
/** Pixels of the screen per CSS pixel that pictures are offered for. */
const densities = [1, 2, 3] as const

/**
 * The pictures for a height in CSS pixels: one per density of the screen, each at least as large as it is shown. `src` is the one for
 * `density`.
 */
export function pictureSources({ provider, id }: Emote, heightPx: number, isStill: boolean, density = 1) {
  const paths = densities.map((density) => {
    const wanted = Math.ceil((heightPx * density) / smallestPx)
    const size = pictureSizes[Math.min(wanted, pictureSizes.length) - 1] ?? '4x'
    return picturePath(provider, id, size, isStill)
  })
  return {
    src: paths[densities.findIndex((offered) => offered >= density)] ?? paths.at(-1) ?? '',
    srcset: paths.map((path, index) => `${path} ${densities[index]}x`).join(', '),
  }
}
