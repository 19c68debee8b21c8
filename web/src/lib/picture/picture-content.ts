import { Formats } from '../i18n/formats.ts'
import type { Locale } from '../i18n/messages.ts'
import type { Scale } from '../battle/battle-address.ts'
import { standingsOf, type Entrant } from '../battle/standings.ts'
import { verdictMessages, type VerdictText } from '../battle/verdict-messages.ts'
import { describeVerdict, type Stretch } from '../battle/verdict-text.ts'
import { pictureMessages, type PictureText } from './picture-messages.ts'

/** What a picture of a battle shows, in words and shares. */
export interface PictureContent {
  headline: string
  note: string
  /** The time that it is about, and whether its chat is made up. */
  caption: string
  /** What the figure of a row is. */
  unit: string
  /** First to last. `place`: of the channel, it decides the colour. */
  rows: { login: string; place: number; share: number | null; shareText: string; pace: string }[]
  /** Messages per step; null where not known. By place. */
  curves: (readonly (number | null)[])[]
}

export interface PicturedBattle {
  entrants: readonly Entrant[]
  stretch: Stretch
  scale: Scale
}

interface Language {
  picture: PictureText
  verdict: VerdictText
  formats: Formats
}

/** Pictures have one time zone for everybody who sees them. */
export function pictureLanguage(locale: Locale): Language {
  return {
    picture: pictureMessages[locale],
    verdict: verdictMessages[locale],
    formats: new Formats(locale, () => 'UTC'),
  }
}

export function contentOf(
  { entrants, stretch, scale }: PicturedBattle,
  { picture, verdict, formats }: Language,
  isSimulated = false,
): PictureContent {
  const { startMs, stepMs, contenders } = stretch
  const steps = Math.max(0, ...contenders.map(({ values }) => values.length))
  const time = `${formats.span(startMs, startMs + steps * stepMs)} UTC`
  const described = describeVerdict(stretch, scale, verdict, formats)
  const units = { messages: picture.pace, per_chatter: picture.perChatter, per_viewer: picture.perViewer }
  return {
    headline: entrants.length > 1 ? described.headline : aloneIn(entrants, stretch.isOpen, picture, formats),
    note: entrants.length > 1 ? described.notes.join(' ') : '',
    caption: [...(isSimulated ? [verdict.simulated] : []), ...(steps === 0 ? [] : [time])].join(' · '),
    unit: units[scale],
    rows: standingsOf(entrants, scale).map(({ login, index, share, shownPace }) => ({
      login,
      place: index,
      share,
      shareText: share === null || entrants.length === 1 ? '' : formats.share(share),
      pace:
        shownPace === null
          ? '–'
          : scale === 'messages' || shownPace >= 100
            ? formats.count(shownPace)
            : formats.decimal(shownPace),
    })),
    curves: entrants.map(({ login }) => contenders.find((each) => each.login === login)?.values ?? []),
  }
}

function aloneIn(entrants: readonly Entrant[], isOpen: boolean, text: PictureText, formats: Formats): string {
  const [entrant] = entrants
  if (entrant === undefined) return text.tagline
  if (entrant.pace === null) return text.unknown(entrant.login)
  const count = formats.count(entrant.messages)
  return isOpen ? text.alone(entrant.login, count) : text.aloneFixed(entrant.login, count)
}
