import type { TimeRange } from '@chat-battle/contracts/records/channel-stats'
import type { Formats } from '../i18n/formats.ts'
import type { Scale } from './battle-address.ts'
import { leadChanges, verdictOf, type Contender, type Verdict } from './lead.ts'
import type { Standing } from './standings.ts'
import type { StepUnit, VerdictText } from './verdict-messages.ts'

/** The part of time that a verdict is about. */
export interface Stretch {
  contenders: readonly Contender[]
  /** Epoch ms. */
  startMs: number
  stepMs: number
  /** It ends now. */
  isOpen: boolean
}

export interface VerdictSentences {
  headline: string
  /** What the headline leaves out. */
  notes: string[]
  /** Who took the lead last, and when; null where it never changed. */
  lastChange: string | null
}

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs

/** A verdict in words. */
export function describeVerdict(
  { contenders, startMs, stepMs, isOpen }: Stretch,
  scale: Scale,
  text: VerdictText,
  formats: Formats,
): VerdictSentences {
  const unit = stepMs < hourMs ? 'minute' : stepMs < dayMs ? 'hour' : 'day'
  const verdict = verdictOf(contenders)
  const changes = leadChanges(contenders)
  const last = changes.at(-1)
  const isLong = contenders.some(({ values }) => values.length * stepMs > dayMs)
  const timeOf = (at: number) => (isLong ? formats.dayAndTime(at) : formats.time(at))
  const notes = [
    verdict.leads.length > 0 && verdict.level > 0 ? text.level(verdict.level, unit) : '',
    verdict.leads.length > 0 && verdict.silent > 0 ? text.silent(verdict.silent, unit) : '',
    verdict.unknown > 0 ? text.unknown(verdict.unknown, unit) : '',
    verdict.leads.length > 0 && !isOpen ? text.changes(changes.length) : '',
    scale === 'per_chatter' ? text.perChatter : '',
    scale === 'per_viewer' ? text.perViewer : '',
  ]
  return {
    headline: contenders.length < 2 ? text.tooFew : headlineOf(verdict, unit, isOpen, text, formats),
    notes: notes.filter((note) => note !== ''),
    lastChange:
      last === undefined ? null : text.tookLead(last.login, last.from, timeOf(startMs + last.step * stepMs)),
  }
}

function headlineOf(
  { steps, leads, silent, unknown }: Verdict,
  unit: StepUnit,
  isOpen: boolean,
  text: VerdictText,
  formats: Formats,
): string {
  const [best] = leads
  if (best !== undefined) {
    const winners = leads.filter((lead) => lead.steps === best.steps).map(({ login }) => login)
    const led = { who: formats.list(winners), isOne: winners.length === 1, led: best.steps, of: steps, unit }
    return isOpen ? text.ledLast(led) : text.ledFixed(led)
  }
  if (steps === 0) return isOpen ? text.nobodyYet : text.nobody
  return silent === steps - unknown ? text.allSilent : text.allLevel
}

/** The content of the copied text. */
export interface SharedBattle {
  verdict: VerdictSentences
  standings: readonly Standing[]
  /** Of the messages of the standings. */
  range: TimeRange
  isSimulated: boolean
  /** Where to see it. */
  link: string
}

/** The verdict, the shares of the messages, of what time they are, and where to see them. `formats`: in UTC, for everybody who reads it. */
export function shareableText(
  { verdict: { headline, notes }, standings, range, isSimulated, link }: SharedBattle,
  text: VerdictText,
  formats: Formats,
): string {
  const list = standings
    .map(({ login, messages, share }) => {
      const count = `${login} ${formats.count(messages)}`
      return share === null ? count : `${count} (${formats.share(share)})`
    })
    .join(', ')
  const time = `${formats.span(range.from, range.to)} UTC`
  return [
    [headline, ...notes].join(' '),
    text.messages(list),
    isSimulated ? `${time} · ${text.simulated}` : time,
    link,
  ].join('\n')
}
