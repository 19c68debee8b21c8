import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Registry } from 'prom-client'
import type { Logger } from '@chat-battle/runtime/process/logger'
import type { GatewayConfig } from '../config.ts'
import { createPictureMetrics } from '../metrics.ts'
import { PictureFetcher } from './picture-fetcher.ts'
import { PictureFiles } from './picture-files.ts'
import { Pictures } from './pictures.ts'

/** Pictures through the settings' CDNs and folder, with their metrics. Nothing is written before the first picture. */
export function startPictures(
  owned: AsyncDisposableStack,
  config: GatewayConfig,
  logger: Logger,
  registry: Registry,
): Pictures {
  const ended = new AbortController()
  owned.defer(() => ended.abort())
  const folder = config.EMOTE_CACHE_DIR ?? join(tmpdir(), 'chat-battle-emotes')
  const files = new PictureFiles(folder, config.EMOTE_CACHE_BYTES, logger)
  const answers = createPictureMetrics(registry, () => files.bytes)
  const fetcher = new PictureFetcher({
    cdnUrls: {
      twitch: config.TWITCH_EMOTE_CDN_URL,
      '7tv': config.SEVENTV_CDN_URL,
      bttv: config.BTTV_CDN_URL,
      ffz: config.FFZ_CDN_URL,
    },
    signal: ended.signal,
  })
  return new Pictures({ files, fetcher, onAnswer: (origin) => answers.inc({ origin }) })
}
