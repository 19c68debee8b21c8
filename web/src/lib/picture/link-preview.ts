import { addressOf, type BattleAddress } from '../battle/battle-address.ts'
import type { Locale } from '../i18n/messages.ts'
import { picturePathOf } from './picture-path.ts'
import { contentOf, pictureLanguage, type PicturedBattle } from './picture-content.ts'

/** What other sites show of a link to the page. */
export interface LinkPreview {
  description: string
  /** Absolute: other sites read no relative ones. */
  pictureUrl: string
  pageUrl: string
}

/** `origin`: of the page, as other sites reach it. */
export function previewOf(
  address: BattleAddress,
  battle: PicturedBattle,
  origin: string,
  locale: Locale,
): LinkPreview {
  const { headline, note } = contentOf(battle, pictureLanguage(locale))
  return {
    description: `${headline} ${note}`.trim(),
    pictureUrl: origin + picturePathOf(address),
    pageUrl: origin + addressOf(address),
  }
}

/**
 * The origin under which the visitor reached the page. `host`: as the browser named it, or as a trusted proxy forwards it. Sites
 * that unfold links reach this one by HTTPS, so another protocol is that of a local start.
 */
export function publicOrigin(url: URL, forwardedHost: string | null): string {
  const host = forwardedHost?.split(',')[0]?.trim()
  const given = `https://${host}`
  return host !== undefined && host !== '' && URL.canParse(given) ? new URL(given).origin : url.origin
}
