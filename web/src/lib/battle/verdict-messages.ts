import { defineMessages, plural } from '../i18n/messages.ts'
import { uiMessages } from '../ui/messages.ts'

export type StepUnit = 'minute' | 'hour' | 'day'

/** What a verdict says about its leaders. */
interface Led {
  /** Their names. */
  who: string
  isOne: boolean
  /** Steps that each of them led. */
  led: number
  /** Steps in all. */
  of: number
  unit: StepUnit
}

const german: Readonly<Record<StepUnit, readonly [string, string, string]>> = {
  minute: ['Minute', 'Minuten', 'der letzten Minute'],
  hour: ['Stunde', 'Stunden', 'der letzten Stunde'],
  day: ['Tag', 'Tagen', 'dem letzten Tag'],
}
const inGerman = (count: number, unit: StepUnit) => plural(count, german[unit][0], german[unit][1])

/** As the subject of a sentence. */
const counted = (count: number, unit: StepUnit) =>
  unit === 'day' ? plural(count, 'Tag', 'Tage') : inGerman(count, unit)

/** Who led a stretch. `last`: it ends now; `fixed`: it ended. */
export const verdictMessages = defineMessages({
  en: {
    ledLast: ({ who, isOne, led, of, unit }: Led) => {
      const stretch = of === 1 ? `the last ${unit}` : `the last ${of} ${unit}s`
      if (led === of) return `${who} led ${of === 1 ? '' : 'all of '}${stretch}.`
      return `${who} led ${led} of ${stretch}${isOne ? '' : ' each'}.`
    },
    ledFixed: ({ who, isOne, led, of, unit }: Led) => {
      const stretch = `${of} ${plural(of, unit, `${unit}s`)}`
      return led === of
        ? `${who} led all ${stretch}.`
        : `${who} led ${led} of ${stretch}${isOne ? '' : ' each'}.`
    },
    nobodyYet: 'No verdict yet: it needs a whole minute of every chat.',
    nobody: 'No verdict: there is no stretch in which every chat was covered.',
    tooFew: 'No verdict: fewer than two chats have figures.',
    allSilent: 'All chats were silent.',
    allLevel: 'No chat led.',
    level: (count: number, unit: StepUnit) =>
      `${count} ${plural(count, `${unit} was`, `${unit}s were`)} level.`,
    silent: (count: number, unit: StepUnit) =>
      `${count} ${plural(count, `${unit} was`, `${unit}s were`)} silent.`,
    unknown: (count: number, unit: StepUnit) =>
      `${count} ${plural(count, `${unit} is`, `${unit}s are`)} not judged, because of gaps.`,
    perChatter: 'Counted per 1,000 chatters.',
    perViewer: 'Counted per 1,000 viewers.',
    tookLead: (login: string, from: string, time: string) =>
      `${login} took the lead from ${from} at ${time}.`,
    changes: (count: number) =>
      count === 0
        ? 'The lead never changed.'
        : `The lead changed ${plural(count, 'once', `${count} times`)}.`,
    messages: (list: string) => `Messages: ${list}.`,
    simulated: uiMessages.en.simulated,
  },
  de: {
    ledLast: ({ who, isOne, led, of, unit }) => {
      const verb = isOne ? 'führte' : 'führten'
      if (of === 1) return `${who} ${verb} in ${german[unit][2]}.`
      if (led === of) return `${who} ${verb} in allen ${of} letzten ${inGerman(of, unit)}.`
      return `${who} ${verb} in ${isOne ? '' : 'je '}${led} der letzten ${of} ${counted(of, unit)}.`
    },
    ledFixed: ({ who, isOne, led, of, unit }) => {
      const verb = isOne ? 'führte' : 'führten'
      if (led === of) return `${who} ${verb} in allen ${of} ${inGerman(of, unit)}.`
      return `${who} ${verb} in ${isOne ? '' : 'je '}${led} von ${of} ${inGerman(of, unit)}.`
    },
    nobodyYet: 'Noch kein Urteil: Es braucht eine ganze Minute jedes Chats.',
    nobody: 'Kein Urteil: In keinem Abschnitt war jeder Chat erfasst.',
    tooFew: 'Kein Urteil: Weniger als zwei Chats haben Zahlen.',
    allSilent: 'Alle Chats waren still.',
    allLevel: 'Kein Chat führte.',
    level: (count, unit) =>
      `${count} ${inGerman(count, unit)} ${plural(count, 'war', 'waren')} unentschieden.`,
    silent: (count, unit) => `${count} ${counted(count, unit)} ${plural(count, 'war', 'waren')} still.`,
    unknown: (count, unit) => `${count} ${counted(count, unit)} ohne Urteil, wegen Lücken.`,
    perChatter: 'Gezählt pro 1.000 Chatter.',
    perViewer: 'Gezählt pro 1.000 Zuschauer.',
    tookLead: (login, from, time) => `${login} übernahm um ${time} die Führung von ${from}.`,
    changes: (count) =>
      count === 0
        ? 'Die Führung wechselte nie.'
        : `Die Führung wechselte ${plural(count, 'einmal', `${count}-mal`)}.`,
    messages: (list) => `Nachrichten: ${list}.`,
    simulated: uiMessages.de.simulated,
  },
})

export type VerdictText = (typeof verdictMessages)['en']
